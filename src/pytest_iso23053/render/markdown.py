"""The report as Markdown, for a pull request or ``$GITHUB_STEP_SUMMARY``.

GitHub drops a summary of more than a mebibyte whole, so each section is cut at an entry, says what was left out of it,
and the page says so at its head.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_iso23053.render.markdown_sections import (
    boundaries,
    findings,
    gaps,
    head,
    matrix,
    not_applicable,
    notes,
    outside,
    tests,
    waivers,
)
from pytest_iso23053.render.words import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_iso23053.assurance.report import Report
    from pytest_iso23053.render.markdown_sections import Section

LIMIT = 512 * 1024  # bytes; GitHub takes 1 MiB a step, and a step may have more to say
_SHARE = 96 * 1024  # of one section
_SECTIONS: tuple[Callable[[Report], Section], ...] = (
    matrix, boundaries, findings, tests, waivers, not_applicable, gaps, outside, notes,
)  # fmt: skip
_NOT_SAID = "Evidence traced to clauses. ISO/IEC 23053 describes a life cycle, and nobody can be certified by it."


@dataclass
class _Page:
    parts: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    room: int = LIMIT - 4096  # for the head's own word on what was left out

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.room -= len(text.encode("utf-8", "backslashreplace")) + 2


def render_markdown(report: Report) -> str:
    """Render a report as GitHub-flavoured Markdown of half a mebibyte at most.

    Nothing in it that comes from outside is a link or markup, and it asks for nothing over the network.
    """
    page = _Page()
    first = head(report)
    page.room -= len(first.encode("utf-8", "backslashreplace"))
    for section in _SECTIONS:
        _add(page, section(report))
    told = [first]
    if page.left_out:
        told.append(f"> Cut to fit: {'; '.join(page.left_out)} left out. The JSON report holds them all.")
    return "\n\n".join([*told, *page.parts, _NOT_SAID]) + "\n"


def _add(page: _Page, section: Section) -> None:
    if not section.entries:
        return
    heading = f"### {section.title}" + (f"\n\n{section.table}" if section.table else "")
    shown = list(_that_fit(section, min(_SHARE, page.room - len(heading) - 200)))
    left = max(section.total, len(section.entries)) - len(shown)
    if left:
        said = plural(left, section.noun, section.nouns)
        page.left_out.append(f"{said} of «{section.title}»")
        shown.append("" if section.table else f"- … and {said} more")
        shown += [f"… and {said} more"] if section.table else []
    page.add(heading + ("\n" if section.table else "\n\n") + "\n".join(shown))


def _that_fit(section: Section, room: int) -> Iterator[str]:
    for entry in section.entries:
        room -= len(entry.encode("utf-8", "backslashreplace")) + 1
        if room < 0:
            return
        yield entry
