"""What surrounds the test that is running: its seed, and where its measurements go."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from pytest_iso23053.assurance.context import Context

if TYPE_CHECKING:
    from pytest_iso23053.settings.model import Settings


def derived_seed(seed: int, nodeid: str) -> int:
    """Return a test's own seed: the same in any process, any order and any selection."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{nodeid}".encode(errors="replace")).digest()[:4], "big")


class TestContext(Context):
    """The context of whichever test is running: one object for all of them, emptied in between.

    Ten thousand trivial tests must not notice it, so a test's seed is derived only when something asks for it.
    """

    __test__ = False

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            requirements=settings.requirements,
            decide=settings.decide,
            seed=settings.seed,
            attacker=settings.attacker,
            examples=settings.examples,
        )

    def empty(self) -> None:
        self.records.clear()
        self.attachments.clear()

    @property
    def seed(self) -> int:
        return derived_seed(self._base_seed, _running_test())

    @seed.setter
    def seed(self, value: int) -> None:
        self._base_seed = value

    @property
    def run_seed(self) -> int:
        return self._base_seed


def _running_test() -> str:
    """Return the node id of the running test, which pytest keeps up to date for whoever asks; "" between tests."""
    return os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
