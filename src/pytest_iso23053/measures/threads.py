"""Small fits run in one thread: OpenMP's idle threads spin, which on a busy machine costs more than the fit itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def single_thread() -> AbstractContextManager[Any]:
    """Limit native thread pools to one thread for as long as the context lasts."""
    import sklearn.utils  # noqa: F401 - loads OpenMP's library, which a limit does not reach before
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    limits: AbstractContextManager[Any] = threadpool_limits(limits=1)
    return limits
