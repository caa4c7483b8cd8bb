"""Small fits run in one thread: OpenMP's idle threads spin, which on a busy machine costs more than the fit itself."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def single_thread() -> AbstractContextManager[Any]:
    """Limit native thread pools to one thread for as long as the context lasts."""
    limits: AbstractContextManager[Any] = _pools().limit(limits=1)
    return limits


@functools.cache
def _pools() -> Any:
    """The native libraries of this process, looked for once: it takes longer than a small fit."""
    import sklearn.utils  # noqa: F401 - loads OpenMP's library, which a limit does not reach before
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    return ThreadpoolController()
