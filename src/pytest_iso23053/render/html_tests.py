"""A test as a line of the page, with what is remarkable about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_iso23053.render.facts import described
from pytest_iso23053.render.text import abridge, visible, visible_lines
from pytest_iso23053.render.words import OUTCOMES, Mark, mark, plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_iso23053.assurance.report import TestRecord
    from pytest_iso23053.render.html_models import Models

_NODEID, _REASON, _ATTACHMENTS = 300, 4000, 8


@dataclass(frozen=True)
class TestView:
    """A test as a line, with what is remarkable about it."""

    __test__ = False

    nodeid: str
    mark: Mark
    tags: tuple[str, ...]
    references: tuple[str, ...]
    reason: tuple[str, ...]
    attachments: tuple[str, ...]
    models: str


def as_line(record: TestRecord, models: Models) -> TestView:
    """Reduce a test to its line."""
    tags = [
        f"waived by {visible(record.waiver)}" if record.waiver else "",
        f"{record.attempts} attempts" if record.attempts > 1 else "",
        "flaky" if record.flaky else "",
        "asserts nothing" if record.unasserted else "",
        f"{plural(len(record.subtests_skipped), 'sub-test')} skipped" if record.subtests_skipped else "",
    ]
    reason = abridge("\n".join(visible_lines(record.reason)), _REASON).split("\n") if record.reason else ()
    return TestView(
        nodeid=abridge(visible(record.nodeid), _NODEID),
        mark=mark(OUTCOMES, record.outcome),
        tags=tuple(tag for tag in tags if tag),
        references=(*record.clauses, *record.boundaries),
        reason=tuple(reason),
        attachments=tuple(attachment_text(attachment) for attachment in record.attachments[:_ATTACHMENTS]),
        models=models.shared((record,)),
    )


def attachment_text(attachment: Mapping[str, Any]) -> str:
    """Spell what a test left beside its numbers: a note, or a file with its digest."""
    shown = {key: attachment.get(key) for key in ("name", "text", "path", "sha256")}
    return abridge(described(shown), _REASON)
