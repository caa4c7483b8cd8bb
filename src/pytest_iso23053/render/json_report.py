"""The JSON report as text: the same report always gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.jsonable import jsonable
from pytest_iso23053.assurance.report_json import to_json
from pytest_iso23053.render.text import UNFIT

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import Report

# What a record is comes first and what it holds last, so that a person can read it; the rest is in alphabetical order,
# since the order in which counts and packages were gathered says nothing.
_FIRST = ("id", "nodeid", "from", "to", "name", "slug", "title", "verdict", "outcome", "status")
_LAST = ("aspects", "clauses", "boundaries", "tests", "measurements", "attachments")
_PLACES = {key: place - len(_FIRST) for place, key in enumerate(_FIRST)} | dict.fromkeys(_LAST, 1)


def render_json(report: Report) -> str:
    """Render a report as JSON, one record of a list to a line.

    The text is valid UTF-8: lone surrogates, which pytest makes of undecodable file names, stay in it as escapes, and
    come back as they were.
    """
    members = [f"{_text(key)}: {_lines(value)}" for key, value in to_json(report).items()]
    return "{\n" + ",\n".join(members) + "\n}\n"


def _lines(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _text(value)
    return "[\n" + ",\n".join(map(_text, value)) + "\n]"


def _text(value: Any) -> str:
    # NaN would be no JSON: records hold null instead, with a note, and a slip must not pass in silence.
    text = json.dumps(_ordered(value), ensure_ascii=False, allow_nan=False, default=jsonable)
    # JSON allows most of them raw; a terminal that shows the file, or an encoder that meets a lone surrogate, does not.
    return text if text.isascii() and "\x7f" not in text else UNFIT.sub(lambda match: json.dumps(match[0])[1:-1], text)


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda key: (_PLACES.get(key, 0), str(key)))
        return {str(key): _ordered(value[key]) for key in keys}
    if isinstance(value, (list, tuple)):
        return [_ordered(item) for item in value]
    return value
