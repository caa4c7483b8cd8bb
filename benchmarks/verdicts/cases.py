"""The suite that every tool runs: cases that pytest reports truthfully and a traceability tool has to carry through.

``@CLAUSE(1)`` stands for the way in which the tool at hand links a test to requirement 1; each adapter writes its own
marker there, so that all tools run the same test bodies.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Shown = Literal["shown", "failed", "open", "mixed", "absent"]
"""What a tool's word amounts to: demonstrated; failed or broken; neither (skipped, untested, inconclusive); both a
passing and a failing test listed; no trace of it."""

Run = Literal["suite", "unknown", "numpy", "killed"]

FALSE_GREEN = "counted as shown, though no test of it passed"
HIDDEN = "counted as shown, though a test of it failed"
FALSE_RED = "shown as failed, though nothing failed"
LOST = "no trace of it"


@dataclass(frozen=True)
class Case:
    """One situation: ``clause`` is the requirement that is compared, ``refuted_by`` what must not be said of it."""

    id: str
    title: str
    clause: int
    source: str
    refuted_by: dict[Shown, str] = field(default_factory=dict)
    run: Run = "suite"
    needs_list: bool = False  # a tool that knows no list of requirements cannot answer, and is not asked


CASES = (
    Case(
        "pass-and-fail",
        "one test passes, another fails",
        1,
        """
        @CLAUSE(1)
        def test_of_two_the_one_that_passes():
            assert 1 + 1 == 2

        @CLAUSE(1)
        def test_of_two_the_one_that_fails():
            assert 1 + 1 == 3
        """,
        {"shown": HIDDEN, "open": "the failure is not shown", "absent": LOST},
    ),
    Case(
        "skip-marker",
        "the only test is skipped by a marker",
        2,
        """
        @CLAUSE(2)
        @pytest.mark.skip(reason="no data yet")
        def test_skipped_by_marker():
            assert 1 + 1 == 2
        """,
        {"shown": FALSE_GREEN, "failed": FALSE_RED, "absent": LOST},
    ),
    Case(
        "skip-call",
        "the only test calls `pytest.skip()`",
        3,
        """
        @CLAUSE(3)
        def test_skipped_in_its_body():
            pytest.skip("no data yet")
        """,
        {"shown": FALSE_GREEN, "failed": FALSE_RED, "absent": LOST},
    ),
    Case(
        "xfail",
        "the only test is an `xfail`, and fails",
        4,
        """
        @CLAUSE(4)
        @pytest.mark.xfail(reason="known defect", strict=False)
        def test_known_to_fail():
            assert 1 + 1 == 3
        """,
        {"shown": HIDDEN, "absent": LOST},
    ),
    Case(
        "xpass",
        "the only test is an `xfail`, and passes",
        5,
        """
        @CLAUSE(5)
        @pytest.mark.xfail(reason="thought to be broken", strict=False)
        def test_thought_to_fail():
            assert 1 + 1 == 2
        """,
        {"failed": FALSE_RED, "absent": LOST},
    ),
    Case(
        "strict-xpass",
        "a strict `xfail` passes (pytest: failed)",
        6,
        """
        @CLAUSE(6)
        @pytest.mark.xfail(reason="must fail", strict=True)
        def test_that_had_to_fail():
            assert 1 + 1 == 2
        """,
        {"shown": HIDDEN, "open": "the failure is not shown", "absent": LOST},
    ),
    Case(
        "setup-error",
        "the fixture of the only test raises",
        7,
        """
        @pytest.fixture
        def broken():
            raise OSError("the data set is not there")

        @CLAUSE(7)
        def test_with_a_broken_fixture(broken):
            assert 1 + 1 == 2
        """,
        {"shown": HIDDEN, "open": "the error is not shown", "absent": LOST},
    ),
    Case(
        "teardown-error",
        "the only test passes, its teardown raises",
        8,
        """
        @pytest.fixture
        def leaking():
            yield
            raise OSError("the connection was lost, nothing was written")

        @CLAUSE(8)
        def test_with_a_broken_teardown(leaking):
            assert 1 + 1 == 2
        """,
        {"shown": "counted as shown, though pytest reports an error", "open": "the error is not shown", "absent": LOST},
    ),
    Case(
        "parameter",
        "one of three parameters fails",
        9,
        """
        @CLAUSE(9)
        @pytest.mark.parametrize("group", [1, 2, 3])
        def test_of_three_groups(group):
            assert group != 2
        """,
        {"shown": HIDDEN, "open": "the failure is not shown", "absent": LOST},
    ),
    Case(
        "flaky",
        "fails, then passes on its rerun (`--reruns 1`)",
        10,
        """
        @CLAUSE(10)
        @pytest.mark.flaky(reruns=1)
        def test_that_needs_two_attempts(tmp_path_factory):
            first = Path("attempt-one-was-made")
            if not first.exists():
                first.touch()
                raise AssertionError("not this time")
        """,
        {"failed": "shown as failed, though pytest's last word is passed", "absent": LOST},
    ),
    Case(
        "second-clause",
        "the second requirement of a test that passes",
        12,
        """
        @CLAUSE(11, 12)
        def test_of_two_requirements():
            assert 1 + 1 == 2
        """,
        {"failed": FALSE_RED, "open": "the link is not followed", "absent": LOST},
    ),
    Case(
        "uncovered",
        "a requirement without any test",
        13,
        "",
        {"shown": FALSE_GREEN, "failed": "not told from a requirement whose test failed", "absent": "not listed"},
        needs_list=True,
    ),
    Case(
        "sub-test",
        "a sub-test fails (`subtests`, pytest 9)",
        14,
        """
        @CLAUSE(14)
        def test_of_sub_tests(subtests):
            for group in (1, 2, 3):
                with subtests.test(group=group):
                    assert group != 2
        """,
        {"shown": HIDDEN, "open": "the failure is not shown", "absent": LOST},
    ),
    Case(
        "unittest-sub-test",
        "a sub-test fails (`unittest`)",
        15,
        """
        @CLAUSE(15)
        class TestGroups(unittest.TestCase):
            def test_of_groups(self):
                for group in (1, 2, 3):
                    with self.subTest(group=group):
                        self.assertNotEqual(group, 2)
        """,
        {"shown": HIDDEN, "open": "the failure is not shown", "absent": LOST},
    ),
    Case(
        "unknown-id",
        "a test names a requirement that does not exist",
        99,
        """
        @CLAUSE(1)
        def test_of_a_known_requirement():
            assert 1 + 1 == 2

        @CLAUSE(99)
        def test_of_a_mistyped_requirement():
            assert 1 + 1 == 2
        """,
        {"shown": "counted as shown", "absent": "ignored without a word"},
        run="unknown",
        needs_list=True,
    ),
    Case(
        "numpy-property",
        "`record_property` with a numpy number, under `-n2`",
        1,
        """
        @CLAUSE(1)
        def test_that_records_a_number(record_property):
            import numpy
            record_property("accuracy", numpy.float64(0.93))
            assert 1 + 1 == 2
        """,
        {"failed": FALSE_RED, "open": "the passing test is not shown", "absent": LOST},
        run="numpy",
    ),
    Case(
        "killed-worker",
        "the process that runs the only test is killed (`-n2`)",
        2,
        """
        @CLAUSE(1)
        def test_that_survives():
            assert 1 + 1 == 2

        @CLAUSE(2)
        def test_whose_process_dies():
            os._exit(9)
        """,
        {"shown": HIDDEN, "open": "the loss is not shown as one", "absent": LOST},
        run="killed",
    ),
)

GREEN = """
@CLAUSE(1)
def test_passes():
    assert 1 + 1 == 2

@CLAUSE(2)
@pytest.mark.skip(reason="no data yet")
def test_skipped():
    assert 1 + 1 == 2

@CLAUSE(3)
@pytest.mark.xfail(reason="known defect", strict=False)
def test_known_to_fail():
    assert 1 + 1 == 3

@CLAUSE(4)
@pytest.mark.xfail(reason="thought to be broken", strict=False)
def test_thought_to_fail():
    assert 1 + 1 == 2
"""
"""Pytest calls this suite green; of its four requirements one was skipped and one is known to be broken."""

HEAD = "import os\nimport unittest\nfrom pathlib import Path\n\nimport pytest\n"
CLAUSES = {
    "suite": range(1, 16),
    "unknown": range(1, 3),
    "numpy": range(1, 3),
    "killed": range(1, 3),
    "green": range(1, 5),
}


def source(run: str, imports: str, marker: Callable[..., str]) -> str:
    """The test file of a run, with the tool's own markers in place."""
    parts = [GREEN] if run == "green" else [case.source for case in CASES if case.run == run]
    text = "\n\n".join(textwrap.dedent(part).strip() for part in parts if part)
    text = re.sub(
        r"^@CLAUSE\(([\d, ]+)\)$",
        lambda match: marker(*(int(number) for number in match[1].split(","))),
        text,
        flags=re.MULTILINE,
    )
    return f"{HEAD}{imports}\n\n{text}\n"
