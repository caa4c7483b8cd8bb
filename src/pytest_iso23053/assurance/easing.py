"""What was made easier between two reports: limits, waivers, scope, claims and gate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import ReportError
from pytest_iso23053.assurance.report import Change

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import Report

LIMIT, WAIVER, SCOPE, GATE, CLAIM = "loosened limit", "waiver", "smaller scope", "laxer gate", "withdrawn claim"
_ANSWERS = {"yes": 2, "partial": 1}  # what each promises; any other promises nothing
# What is stricter, and what is laxer in its place.
_POLICIES = (("flaky", "refuse"), ("unused_waivers", "fail"))

Json = Mapping[str, Any]


def made_easier(earlier: Report, now: Report) -> Iterator[Change]:
    """Say what is asked less strictly than before."""
    was, is_now = _policy(earlier), _policy(now)
    yield from _limits(was, is_now)
    yield from _judged_limits(earlier, now)
    yield from _waivers(earlier, now)
    yield from _scope(earlier, now, was, is_now)
    yield from _threats(was, is_now)
    yield from _claims(earlier, now)
    yield from _gate(earlier, now, was, is_now)


def _policy(report: Report) -> Json:
    found = report.run.get("policy")
    if not isinstance(found, Mapping):
        raise ReportError("the report does not say what it was judged by (run.policy is missing); write it anew")
    return found


def _limits(was: Json, is_now: Json) -> Iterator[Change]:
    known = {_spelled(each): each for each in is_now["requirements"]}
    for each in was["requirements"]:
        name, found = _spelled(each), known.get(_spelled(each))
        if found is None:
            yield Change(LIMIT, name, f"the requirement {name} {each['operator']} {each['limit']:g} is gone")
        elif _is_looser(each, found):
            told = f"{found['operator']} {found['limit']:g}, and {each['operator']} {each['limit']:g} before"
            yield Change(LIMIT, name, f"the requirement {name} was loosened: {told}")


def _spelled(requirement: Json) -> str:
    where = [str(requirement[key]) for key in ("model", "dataset") if requirement.get(key)]
    return f"{requirement['key']}{' of ' if where else ''}{', '.join(where)}"


def _judged_limits(earlier: Report, now: Report) -> Iterator[Change]:
    """Compare the limits that tests themselves state."""
    after = {test.nodeid: test for test in now.tests}
    for test in earlier.tests:
        found = after[test.nodeid].measurements if test.nodeid in after else ()
        for before, later in zip(test.measurements, found, strict=False):
            if before.get("measure") != later.get("measure") or before.get("limit") is None:
                continue
            if later.get("limit") is None:
                yield Change(LIMIT, test.nodeid, f"{before['measure']} of {test.nodeid} is judged by no limit any more")
            elif _is_looser(before, later):
                told = f"{later['operator']} {later['limit']:g}, and {before['operator']} {before['limit']:g} before"
                yield Change(LIMIT, test.nodeid, f"the limit of {before['measure']} in {test.nodeid} is looser: {told}")


def _is_looser(before: Json, after: Json) -> bool:
    """Whether a limit lets more pass; one that looks the other way is another limit, and none that was agreed on."""
    old, new = str(before["operator"]), str(after["operator"])
    if old[0] != new[0]:
        return True
    moved = float(after["limit"]) - float(before["limit"])
    if moved == 0:
        return len(new) > len(old)  # ">" became ">="
    return moved < 0 if old[0] == ">" else moved > 0


def _waivers(earlier: Report, now: Report) -> Iterator[Change]:
    known = {(each.get("clause"), each.get("test")): str(each.get("expires")) for each in earlier.waivers}
    for each in now.waivers:
        where = (each.get("clause"), each.get("test"))
        about = (
            f"{each.get('clause')}{' in ' + str(each['test']) if each.get('test') else ''}, owner {each.get('owner')}"
        )
        if where not in known:
            yield Change(WAIVER, str(each.get("clause")), f"a new waiver covers {about}, until {each.get('expires')}")
        elif str(each.get("expires")) > known[where]:
            told = f"until {each.get('expires')}, and until {known[where]} before"
            yield Change(WAIVER, str(each.get("clause")), f"the waiver of {about} was prolonged: {told}")


def _scope(earlier: Report, now: Report, was: Json, is_now: Json) -> Iterator[Change]:
    declared = {each.get("clause") for each in earlier.not_applicable}
    for each in now.not_applicable:
        if each.get("clause") not in declared:
            told = f"{each.get('clause')} is declared not applicable, owner {each.get('owner')}"
            yield Change(SCOPE, str(each.get("clause")), told)
    for reference in was["require"]:
        if reference not in is_now["require"]:
            yield Change(SCOPE, str(reference), f"{reference} is not required any more")
    if earlier.run.get("profile") != now.run.get("profile"):
        told = f"the profile is {now.run.get('profile')}, and {earlier.run.get('profile')} before"
        yield Change(SCOPE, "profile", told, fails=bool(earlier.run.get("profile")))


def _threats(was: Json, is_now: Json) -> Iterator[Change]:
    places = {each["id"]: set(each["places"]) for each in is_now.get("threats", ())}
    for each in was.get("threats", ()):
        name = str(each["id"])
        gone = sorted(set(each["places"]) - places.get(name, set()))
        if name not in places:
            yield Change(SCOPE, name, f"the threat {name} is not in scope any more")
        elif gone:
            yield Change(SCOPE, name, f"the threat {name} is not in scope any more for {', '.join(gone)}")


def _claims(earlier: Report, now: Report) -> Iterator[Change]:
    """Say which promise was taken back: a claim that nobody makes any more cannot be one that failed."""
    answers = {each.id: each.answer for each in now.claims}
    for each in earlier.claims:
        found = answers.get(each.id, "")
        if _ANSWERS.get(found, 0) < _ANSWERS.get(each.answer, 0):
            told = f"answered «{found}»" if found else "not answered"
            yield Change(CLAIM, each.id, f"the claim {each.id} is {told}, and was answered «{each.answer}» before")


def _gate(earlier: Report, now: Report, was: Json, is_now: Json) -> Iterator[Change]:
    if is_now["gate_off"] and not was["gate_off"]:
        yield Change(GATE, "gate", "the gate was switched off")
    asked = {(rule["target"], rule["level"]) for rule in is_now["gate"]}
    for rule in was["gate"]:
        if not _is_asked(rule["target"], rule["level"], asked):
            yield Change(GATE, str(rule["target"]), f"the gate does not ask for {rule['target']}, {rule['level']}")
    least, found = was["fail_under"], is_now["fail_under"]
    if least is not None and (found is None or found < least):
        told = "nothing" if found is None else f"{found:g} %"
        yield Change(GATE, "fail_under", f"the least percentage is {told}, and {least:g} % before")
    for key, strict in _POLICIES:
        if was[key] == strict != is_now[key]:
            yield Change(GATE, key, f'{key} = "{is_now[key]}", and "{strict}" before')
    if earlier.run.get("decide") == "bound" != now.run.get("decide"):
        yield Change(GATE, "decide", 'bare values decide (decide = "point"), and the bounds of intervals before')


def _is_asked(target: str, level: str, asked: Iterable[tuple[str, str]]) -> bool:
    """Whether a rule still stands, or a stricter one: of the same, or of the clause that an aspect belongs to."""
    levels = {level, "demonstrated"}
    return any(name in {target, target.partition("/")[0]} and found in levels for name, found in asked)
