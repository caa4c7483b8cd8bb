"""The small grammar of requirements: a limit, ``">= 0.75"``, and a key, ``selection_rate.ratio(sex)``."""

from __future__ import annotations

import math
import re

from pytest_iso23053.settings.mistakes import did_you_mean, shown

OPERATORS = (">=", "<=", ">", "<")
SUMMARIES = ("difference", "ratio", "worst")

_MISSPELLED = {"=>": ">=", "=<": "<=", "≥": ">=", "≤": "<=", "⩾": ">=", "⩽": "<="}
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_LIMIT = re.compile(rf"\s*(?P<operator>[^\s\w.+-]+)\s*(?P<number>{_NUMBER})\s*", re.ASCII)
_KEY = re.compile(r"(?P<measure>[^\s.()]+)(?:\.(?P<summary>[^\s.()]+))?(?:\((?P<by>[^()]*)\))?")


def parse_limit(text: str) -> tuple[str, float]:
    """Read ``">= 0.75"`` as ``(">=", 0.75)``.

    Raises
    ------
    ValueError
        Where there is no operator of ``>=``, ``<=``, ``>``, ``<``, or no finite number behind it; it names the fix.

    Examples
    --------
    >>> parse_limit(">= 0.75")
    ('>=', 0.75)
    """
    match = _LIMIT.fullmatch(text)
    if match is None:
        raise ValueError(_why_no_limit(text))
    operator, number = match["operator"], match["number"]
    if operator not in OPERATORS:
        raise ValueError(_why_no_operator(operator, number))
    limit = float(number)
    if not math.isfinite(limit):
        raise ValueError(f"{number} is too large for a number; no value could be judged by it")
    return operator, limit


def parse_requirement_key(text: str) -> tuple[str, str | None, tuple[str, ...]]:
    """Read ``selection_rate.ratio(sex, age)`` as ``("selection_rate", "ratio", ("sex", "age"))``.

    Raises
    ------
    ValueError
        Where the key is not a measure, or not a measure with a summary over groups; it names the fix.

    Examples
    --------
    >>> parse_requirement_key("accuracy")
    ('accuracy', None, ())
    """
    match = _KEY.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            f'{shown(text)} is not the name of a measure; write accuracy, or "selection_rate.ratio(sex)" for groups'
        )
    measure, summary = match["measure"], match["summary"]
    by = tuple(column.strip() for column in match["by"].split(",")) if match["by"] else ()
    if summary is None and match["by"] is not None:
        columns = ", ".join(by) or "sex"
        raise ValueError(
            f'a limit on groups needs to say which summary of them it is on: "{measure}.worst({columns})", '
            f'"{measure}.ratio({columns})" or "{measure}.difference({columns})"'
        )
    if summary is not None:
        _check_summary(measure, summary, by)
    return measure, summary, by


def _check_summary(measure: str, summary: str, by: tuple[str, ...]) -> None:
    if summary not in SUMMARIES:
        raise ValueError(
            f"{shown(summary)} is not a summary of groups{did_you_mean(summary, SUMMARIES)}; "
            f"it is one of {', '.join(SUMMARIES)}"
        )
    if not by or not all(by):
        raise ValueError(f'name the columns that make the groups: "{measure}.{summary}(sex)"')


def _why_no_limit(text: str) -> str:
    bare = text.strip()
    quoted = shown(bare)
    if re.fullmatch(_NUMBER, bare, re.ASCII):
        return f'{quoted} does not say on which side of the limit to be; write ">= {bare}" or "<= {bare}"'
    if "%" in bare:
        return f'{quoted} is not a limit; write the share as a number, for example ">= 0.75" for 75 %'
    if re.search(r"\b(nan|inf|infinity)\b", bare, re.IGNORECASE):
        return f'{quoted} is not a limit that a value could meet; write a finite number, for example ">= 0.75"'
    return f'{quoted} is not a limit; write one of {", ".join(OPERATORS)} and a number, for example ">= 0.75"'


def _why_no_operator(operator: str, number: str) -> str:
    if operator in _MISSPELLED:
        return f'"{operator}" is not an operator; did you mean "{_MISSPELLED[operator]} {number}"?'
    if operator in {"=", "==", "!="}:
        return (
            f'"{operator} {number}" asks for an exact value, which an interval cannot show; '
            f'write ">= {number}" or "<= {number}"'
        )
    known = ", ".join(OPERATORS)
    return f'{shown(operator)} is not an operator; write one of {known}, for example ">= {number}"'
