"""What a finding rests on, in fields for a machine: the numbers, the subjects with their digests, the attacker."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBERS = (
    "value", "low", "high", "confidence", "n", "unit", "operator", "limit", "limit_basis", "judgement", "required_n",
    "seed", "params",
)  # fmt: skip
ATTACKER = "attacker"  # the parameter in which an attack states whom it stands for


def numbers(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the numbers of a measurement record, without what its finding says already."""
    return {key: record.get(key) for key in _NUMBERS if key in record}


def attacker(record: Mapping[str, Any]) -> str:
    """Return whom an attack stands for, in its own words; nothing where the measure is no attack."""
    return str((record.get("params") or {}).get(ATTACKER) or "")


def digests(subjects: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the digest of each model and data set by name, from the report's ``subjects``."""
    listed = [*(subjects.get("models") or ()), *(subjects.get("datasets") or ())]
    return {str(each.get("name")): each.get("sha256") for each in listed}


def affected(record: Mapping[str, Any], known: Mapping[str, str | None]) -> tuple[dict[str, Any], ...]:
    """Return the subjects that were measured; one that is no configured subject has no digest."""
    names = dict.fromkeys(str(name) for name in record.get("subjects") or ())
    return tuple({"name": name, "sha256": known.get(name)} for name in names)


def fingerprint(*parts: str) -> str:
    """Return an identity that the same parts always have, short enough to be read out."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
