"""The comparison as Markdown: what each tool says, and what is wrong with it where something is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def render(data: Mapping[str, Any]) -> str:
    """Render the data of ``run.py``; the documentation calls this too."""
    tools = {name: tool for name, tool in data["tools"].items() if "cells" in tool}
    return "\n".join([*_matrix(data["cases"], tools), "", *_wrong(data["cases"], tools), "", *_notes(data["tools"])])


def _matrix(cases: list[Mapping[str, Any]], tools: Mapping[str, Any]) -> list[str]:
    rows = [["Case", *(f"{name} {tool['version']}" for name, tool in tools.items())], ["---"] * (len(tools) + 1)]
    rows += [[case["title"], *(_cell(tool["cells"].get(case["id"])) for tool in tools.values())] for case in cases]
    rows.append(["*strictest gate on a suite that pytest calls green*", *map(_gate, tools.values())])
    rows.append(["**cases with ✗ or ≠**", *map(_count, tools.values())])
    return [f"| {' | '.join(row)} |" for row in rows]


def _count(tool: Mapping[str, Any]) -> str:
    cells = tool["cells"].values()
    return f"{sum(bool(cell['wrong'] or cell['varies']) for cell in cells)} of {len(cells)}"


def _cell(cell: Mapping[str, Any] | None) -> str:
    if cell is None:
        return "–"
    words = [cell["serial"]] if cell["serial"] is not None else cell["parallel"]
    text = " / ".join(_escaped(word) for word in words)
    if cell["varies"] and cell["serial"] is not None:
        text += " ≠ `-n2`: " + " / ".join(_escaped(word) for word in cell["parallel"])
    return f"✗ {text}" if cell["wrong"] else text


def _gate(tool: Mapping[str, Any]) -> str:
    serial, parallel = tool["gate"]["serial"], tool["gate"]["parallel"]
    return f"exit {serial}" if serial == parallel else f"exit {serial} ≠ `-n2`: exit {parallel}"


def _wrong(cases: list[Mapping[str, Any]], tools: Mapping[str, Any]) -> list[str]:
    lines = ["| Tool | ✗ Case | What is wrong |", "|---|---|---|"]
    for name, tool in tools.items():
        for case in cases:
            wrong = tool["cells"].get(case["id"], {}).get("wrong")
            if wrong:
                lines.append(f"| {name} | {case['title']} | {'; '.join(wrong)} |")
    return lines


def _notes(tools: Mapping[str, Any]) -> list[str]:
    lines = [
        f"* **{name} {tool['version']}**, run on {tool['measured']}. {tool['note']}"
        for name, tool in tools.items()
        if "cells" in tool
    ]
    lines += [
        f"* **{name} {tool['version']}** was not run: {tool['not_run']}"
        for name, tool in tools.items()
        if "cells" not in tool
    ]
    return lines


def _escaped(word: str) -> str:
    return word.replace("|", "\\|")
