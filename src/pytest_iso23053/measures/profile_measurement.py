"""What a measure says about one data set that was scanned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.measurement import Measurement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_iso23053.measures.profile import Profile


def of_profile(scanned: Profile, value: float, params: Mapping[str, Any]) -> Measurement:
    """A Measurement of one data set, exact; what is empty is not told."""
    told = {key: content for key, content in params.items() if content not in (None, {}, [])}
    return Measurement("", value, n=scanned.rows, params=told, subjects=(scanned.name,), roles=(scanned.role,))
