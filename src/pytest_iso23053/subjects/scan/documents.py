"""Models in text: JSON and LightGBM's own. Their readers build trees of numbers and run nothing."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from pytest_iso23053.subjects.scan import bundles, keras
from pytest_iso23053.subjects.scan.job import Unreadable
from pytest_iso23053.subjects.scan.json_text import parsed

if TYPE_CHECKING:
    from pytest_iso23053.subjects.scan.job import Job

_CHUNK = 1 << 20
_HEAD = 1 << 12


def kind_of(head: bytes) -> str | None:
    """Return the kind of a text document by its beginning, or None."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"tree\nversion="):
        return "lightgbm"
    return "json" if start[:1] in (b"{", b"[") and b"\0" not in head else None


def scan(job: Job, handle: IO[bytes], kind: str) -> None:
    """Read a whole document."""
    if kind == "lightgbm":
        _lightgbm(handle)
        return
    handle.seek(0)
    if b"sigstore.bundle" in handle.read(_HEAD) and _is_signature(handle):
        return
    document = parsed(job, handle)
    is_xgboost = isinstance(document, dict) and "learner" in document and "version" in document
    is_lightgbm = isinstance(document, dict) and "tree_info" in document
    if keras.scan_configuration(job, document) or is_xgboost or is_lightgbm:
        return
    raise Unreadable("JSON, and no model that is known")


def _is_signature(handle: IO[bytes]) -> bool:
    handle.seek(0)
    content = handle.read(bundles.LONGEST + 1)
    return len(content) <= bundles.LONGEST and bool(bundles.read(content))


def _lightgbm(handle: IO[bytes]) -> None:
    handle.seek(0)
    ended = False
    while piece := handle.read(_CHUNK):
        if b"\0" in piece:
            raise Unreadable("LightGBM text with bytes that are no text")
        ended = ended or b"end of trees" in piece
    if not ended:
        raise Unreadable("LightGBM text that ends before its trees do")
