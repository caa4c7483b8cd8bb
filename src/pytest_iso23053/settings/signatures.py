"""The table ``models.NAME.signature``: whose signature a file must bear before it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.settings.sources import is_object, is_path, missing_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_iso23053.settings.mistakes import Findings, KeyPath

_WAYS = (("key",), ("certificates",), ("identity", "issuer", "trust_root"))
_FILES = ("key", "trust_root", "file")


def read_signature(
    said: Mapping[str, Any], source: str, rootdir: Path, path: KeyPath, findings: Findings
) -> dict[str, Any]:
    """Return the table with absolute paths; what is wrong with it is a finding."""
    if is_object(source) or not is_path(source, rootdir):
        findings.add(path, "asks for the signature of a file, and this source is none; take it out")
    given = [way for way in _WAYS if any(key in said for key in way)]
    if len(given) != 1 or not all(key in said for key in given[0]):
        findings.add(
            path, "must say one of: key; certificates; or identity, issuer and trust_root together, whom to trust"
        )
    for key in _FILES:
        if key in said and (message := missing_file(said[key], rootdir)):
            findings.add((*path, key), message)
    for place, name in enumerate(said.get("certificates", ())):
        if message := missing_file(name, rootdir):
            findings.add((*path, "certificates", place), message)
    made = {key: str(rootdir / value) if key in _FILES else value for key, value in said.items()}
    if "certificates" in said:
        made["certificates"] = tuple(str(rootdir / name) for name in said["certificates"])
    return made
