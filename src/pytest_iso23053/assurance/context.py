"""What surrounds a measurement while a test runs: the requirements, how bounds decide, the seed, and where records go.

One module-level variable and neither a thread-local nor a ``ContextVar``: a judgement made in a thread that the test
started, or in a joblib threading worker, is evidence of the same test.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import field
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.policy import Attacker
from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_iso23053.assurance.policy import Requirement

BOUND = "bound"
POINT = "point"


@dataclass
class Context:
    """The state of one running test. ``records`` and ``attachments`` fill up while it runs.

    ``decide`` is ``"bound"`` (the interval's bound must meet a limit) or ``"point"`` (the bare value is compared).
    ``attacker`` is whom attacks stand for, ``examples`` how many rows of data a measurement may show in a report.
    """

    requirements: Sequence[Requirement] = ()
    decide: str = BOUND
    seed: int = 23053
    records: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    attacker: Attacker = field(default_factory=Attacker)
    examples: int = 0
    cautions: dict[str, None] = field(default_factory=dict)  # an ordered set, of the whole run
    subjects: frozenset[str] = frozenset()  # the names of what is configured

    @property
    def run_seed(self) -> int:
        """The seed of the whole run, for what several tests share; ``seed`` may be a test's own."""
        return self.seed


_current: Context | None = None


def current() -> Context | None:
    """Return the context of the running test, or None outside of an assurance run."""
    return _current


def caution(text: str) -> None:
    """Have the report's first screen say something that changes the meaning of its numbers."""
    if _current is not None:
        _current.cautions[text] = None


@contextmanager
def activate(context: Context) -> Iterator[Context]:
    """Make ``context`` the current one; the previous one comes back afterwards, also after an exception."""
    global _current  # noqa: PLW0603 - the one place that writes it
    previous = _current
    _current = context
    try:
        yield context
    finally:
        _current = previous
