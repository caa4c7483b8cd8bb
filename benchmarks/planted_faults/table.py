"""The results as data and as Markdown: what each tool found, what it raised on controls, and what it cost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from cases import Case, control_cases, planted_cases
from planting import FAULTS
from real_data import BASES
from scoring import false_alarms, judged
from tools.base import Examination
from tools.registry import TOOLS

SIGNS = {"found": "✔", "undecided": "?", "other": "(✔)", "missed": "✗", "broken": "†"}
LEGEND = (
    "✔ an alarm that speaks of the fault · (✔) only other alarms that the clean control does not raise · "
    "? undecided: too few rows · ✗ nothing · † the tool did not finish · – not run"
)


def load(results: Path, tool: str, case: Case) -> Examination | None:
    file = results / tool / f"{case.id}.json"
    return Examination.from_json(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


def collect(results: Path) -> dict[str, Any]:
    """Everything that the table shows, of every tool and case that has a result."""
    found: dict[str, Any] = {"measured": date.today().isoformat(), "planted": {}, "controls": {}, "cpu": {}}
    for case in sorted(planted_cases(), key=lambda one: one.planted.phase if one.planted else ""):
        cells = {tool: _cell(results, tool, case) for tool in TOOLS}
        if any(cells.values()):
            found["planted"][case.id] = {"fault": case.fault, "at": f"{case.base}/{case.family}", "tools": cells}
    for case in control_cases():
        cells = {tool: _alarms(load(results, tool, case)) for tool in TOOLS}
        if any(cells.values()):
            found["controls"][case.id] = cells
    for tool in TOOLS:
        times = [one.cpu for case in [*planted_cases(), *control_cases()] if (one := load(results, tool, case))]
        found["cpu"][tool] = {"cases": len(times), "seconds": round(sum(times), 1)}
    return found


def _cell(results: Path, tool: str, case: Case) -> dict[str, Any] | None:
    examined, control = load(results, tool, case), load(results, tool, case.control)
    if examined is None or control is None:
        return None
    verdict = judged(tool, FAULTS[case.fault], examined, control)
    return {"sign": verdict.sign, "any": verdict.any, "by": list(verdict.by), "problem": examined.problem}


def _alarms(control: Examination | None) -> dict[str, Any] | None:
    if control is None:
        return None
    alarms, checks = false_alarms(control)
    return {"checks": checks, "alarms": [{"check": one.check, "says": one.says} for one in alarms], "cpu": control.cpu}


def report(results: Path, output: Path) -> None:
    """Write both files, and print the summary."""
    data = collect(results)
    output.mkdir(parents=True, exist_ok=True)
    (output / "results.json").write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (output / "RESULTS.md").write_text(render(data), encoding="utf-8")
    print("\n".join(_summary(data)))


def render(data: dict[str, Any]) -> str:
    sections = [
        [
            "# Planted faults: what was found, and what was raised for nothing",
            "",
            f"Measured on {data['measured']}. What counts as found, and what is uneven: [README](README.md).",
            "",
            *_summary(data),
        ],
        ["## Fault by fault", "", LEGEND, "", *_faults(data)],
        ["## Alarms on clean controls", "", *_controls(data)],
        ["## Data", "", *(f"* **{base.name}**: {base.source}" for base in BASES.values())],
    ]
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def _summary(data: dict[str, Any]) -> list[str]:
    rows = [["", *TOOLS], ["---"] * (len(TOOLS) + 1)]
    signs = {
        tool: [cell["tools"][tool]["sign"] for cell in data["planted"].values() if cell["tools"][tool]]
        for tool in TOOLS
    }
    anything = {
        tool: sum(cell["tools"][tool]["any"] for cell in data["planted"].values() if cell["tools"][tool])
        for tool in TOOLS
    }
    rows.append(["planted faults found", *(f"**{_share(one.count('found'), len(one))}**" for one in signs.values())])
    rows.append(["… with any new alarm at all", *(_share(anything[tool], len(signs[tool])) for tool in TOOLS)])
    rows.append(["… undecided for want of rows", *(str(one.count("undecided")) for one in signs.values())])
    rows.append(["… not finished", *(str(one.count("broken")) for one in signs.values())])
    controls = {tool: [cells[tool] for cells in data["controls"].values() if cells[tool]] for tool in TOOLS}
    rows.append(
        ["alarms on controls, of (control, check) pairs"]
        + [
            _share(sum(len(one["alarms"]) for one in cells), sum(one["checks"] for one in cells))
            for cells in controls.values()
        ]
    )
    rows.append(
        [
            "controls with an alarm",
            *(_share(sum(bool(one["alarms"]) for one in cells), len(cells)) for cells in controls.values()),
        ]
    )
    rows.append(["CPU seconds a case, imports included", *(_mean(data["cpu"][tool]) for tool in TOOLS)])
    return [f"| {' | '.join(row)} |" for row in rows]


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.0f} %)" if whole else "–"


def _mean(cost: dict[str, float]) -> str:
    return f"{cost['seconds'] / cost['cases']:.1f}" if cost["cases"] else "–"


def _faults(data: dict[str, Any]) -> Iterable[str]:
    yield f"| Phase | Fault | In | {' | '.join(TOOLS)} |"
    yield "|---" * (len(TOOLS) + 3) + "|"
    for cell in data["planted"].values():
        fault = FAULTS[cell["fault"]]
        signs = [SIGNS[one["sign"]] if (one := cell["tools"][tool]) else "–" for tool in TOOLS]
        yield f"| {fault.phase} | {fault.title} | {cell['at']} | {' | '.join(signs)} |"


def _named(checks: Iterable[str], most: int = 6) -> str:
    listed = list(checks)
    more = f" … and {len(listed) - most} more" if len(listed) > most else ""
    return (", ".join(listed[:most]) or "none") + more


def _controls(data: dict[str, Any]) -> Iterable[str]:
    yield f"| Control | {' | '.join(TOOLS)} |"
    yield "|---" * (len(TOOLS) + 1) + "|"
    for name, cells in data["controls"].items():
        texts = [
            _named(dict.fromkeys(one["check"] for one in cells[tool]["alarms"])) if cells[tool] else "–"
            for tool in TOOLS
        ]
        yield f"| {name} | {' | '.join(texts)} |"
