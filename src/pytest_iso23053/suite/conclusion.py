"""How a ready-made item ends when it neither passes nor fails: measured without a limit, or undecided."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    Skipped = Exception
else:
    Skipped = pytest.skip.Exception


class Concluded(Skipped):
    """Ends a ready-made item as ``observed`` or ``inconclusive``: skipped to pytest, never passed."""

    def __init__(self, conclusion: str, message: str) -> None:
        super().__init__(message)
        self.conclusion = conclusion


def conclude(conclusion: str, message: str) -> NoReturn:
    raise Concluded(conclusion, message)
