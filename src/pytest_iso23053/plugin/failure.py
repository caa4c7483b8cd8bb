"""What an exception says about a failure: its kind, and its reason in a few words."""

from __future__ import annotations

import pytest

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.assurance.jsonable import jsonable

REASON_LENGTH = 500


def kind_of(error: BaseException | None) -> str:
    """Return what kind of failure it was, in the words of the wire record."""
    if isinstance(error, pytest.xfail.Exception):
        return ""  # somebody said so: nothing raised
    if isinstance(error, SubjectError):
        return "subject"
    if isinstance(error, BaseExceptionGroup) and error.subgroup(SubjectError) is not None:
        return "subject"  # several finalisers that failed arrive as one group
    return "assertion" if isinstance(error, AssertionError) else "other"


def reason_of(error: BaseException | None, report: pytest.TestReport) -> str:
    """Return the first lines of what was said, without parsing ``longrepr`` (it differs between processes)."""
    if error is None:
        text = report.longrepr if isinstance(report.longrepr, str) else getattr(report, "wasxfail", "")
    else:
        text = str(getattr(error, "msg", None) or error)
        if not isinstance(error, (AssertionError, SubjectError, pytest.fail.Exception, pytest.skip.Exception)):
            text = f"{type(error).__name__}: {text}"
    return str(jsonable(str(text)[:REASON_LENGTH]))
