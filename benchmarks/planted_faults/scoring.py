"""Who found what: a fault is found by an alarm that speaks of it and that the clean control does not raise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch

from planting import Fault
from tools.base import ALARM, BROKEN, UNDECIDED, Examination, Signal

NUMBERS = re.compile(r"[-+]?\d[\d.e%+-]*")


@dataclass(frozen=True)
class Verdict:
    """What one tool said of one planted fault."""

    found: bool  # an alarm that speaks of the fault
    any: bool  # an alarm about anything, that the control does not raise
    undecided: bool  # a check that speaks of the fault did not see enough rows to decide
    by: tuple[str, ...]
    broken: bool = False

    @property
    def sign(self) -> str:
        if self.broken:
            return "broken"
        return "found" if self.found else "undecided" if self.undecided else "other" if self.any else "missed"


def judged(tool: str, fault: Fault, examined: Examination, control: Examination) -> Verdict:
    """Compare a tool's alarms on a planted fault with those on its clean control."""
    usual = [signal for signal in control.signals if signal.outcome == ALARM]
    new = [
        one
        for one in examined.signals
        if one.outcome == ALARM and not any(_same(tool, fault, one, two) for two in usual)
    ]
    speaking = [signal for signal in new if speaks(tool, fault, signal)]
    open_ones = [one for one in examined.signals if one.outcome == UNDECIDED and speaks(tool, fault, one)]
    known = {one.check for one in control.signals if one.outcome == UNDECIDED}
    return Verdict(
        bool(speaking),
        bool(new),
        any(one.check not in known for one in open_ones),
        tuple(dict.fromkeys(signal.check for signal in speaking)),
        not examined.signals,
    )


def _same(tool: str, fault: Fault, alarm: Signal, usual: Signal) -> bool:
    """Whether the control raises this alarm too. A peer's is another as soon as it says anything else but numbers."""
    if alarm.check != usual.check:
        return False
    if tool == "ours":
        return not fault.names or any(name in usual.says for name in fault.names)
    return NUMBERS.sub("#", alarm.says) == NUMBERS.sub("#", usual.says)


def speaks(tool: str, fault: Fault, signal: Signal) -> bool:
    """Whether a check is one that the fault declares; ours also has to name what is wrong, where that has a name."""
    wanted: Mapping[str, tuple[str, ...]] = {
        "ours": fault.ours,
        "deepchecks": fault.deepchecks,
        "giskard": fault.giskard,
        "evidently": fault.evidently,
    }
    places = {*signal.check.split("/"), *signal.about} if tool == "ours" else {signal.check}
    places |= {part for name in places for part in name.split()}
    if not any(fnmatch(place, pattern) for place in places for pattern in wanted[tool]):
        return False
    return tool != "ours" or not fault.names or any(name in signal.says for name in fault.names)


def false_alarms(control: Examination) -> tuple[list[Signal], int]:
    """Return one alarm of each check that raised any on a control, and how many checks could have."""
    alarms = {(one.check, one.about): one for one in control.signals if one.outcome == ALARM}
    return list(alarms.values()), len({(one.check, one.about) for one in control.signals if one.outcome != BROKEN})
