"""What a model file is, by its content: a suffix promises, the first bytes show."""

from __future__ import annotations

import bz2
import io
import lzma
import re
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SKOPS = "skops"
PICKLE = "pickle"
CHUNK = 1 << 20
PICKLE_SUFFIX = re.compile(r"\.(pkl|pickle|p|joblib|sav)(\.(gz|bz2|xz|lzma|z|zst|lz4))?\Z", re.IGNORECASE)

_PICKLE_START = re.compile(rb"\x80[\x01-\x05]")
_POINTERS = ((b"version https://git-lfs", "Git LFS pointer"), (b"outs:", "DVC pointer"))
# What it is to a reader, for the files that are no model we load.
_OTHERS: tuple[tuple[bytes, str], ...] = (
    *_POINTERS,
    (b"\x89HDF", "HDF5 (Keras)"),
    (b"<?xml", "XML (PMML)"),
    (b"{", "JSON"),
    (b"tree\n", "LightGBM text"),
    (b"PAR1", "parquet"),
    (b"\x93NUMPY", "npy"),
)


_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32
_DECOMPRESSORS: tuple[tuple[re.Pattern[bytes], Callable[[], Any]], ...] = (
    (re.compile(rb"\x1f\x8b|\x78[\x01\x5e\x9c\xda]"), lambda: zlib.decompressobj(_ZLIB_OR_GZIP)),
    (re.compile(rb"BZh"), bz2.BZ2Decompressor),
    (re.compile(rb"\xfd7zXZ|\x5d\x00"), lzma.LZMADecompressor),
)
_UNREADABLE = re.compile(rb"\x28\xb5\x2f\xfd|\x04\x22\x4d\x18")  # zstandard, lz4: left to joblib


def kind_of_file(handle: IO[bytes], name: str) -> str:
    """``skops``, ``pickle``, or what else it is, in words."""
    handle.seek(0)
    head = handle.read(64)
    handle.seek(0)
    if zipfile.is_zipfile(handle):
        return _kind_of_archive(handle)
    if _PICKLE_START.match(head) or PICKLE_SUFFIX.search(name):
        return next((words for start, words in _POINTERS if head.startswith(start)), PICKLE)
    if any(magic.match(head) for magic, _ in _DECOMPRESSORS) or _UNREADABLE.match(head):
        inside = next(decompressed(handle), b"")
        return PICKLE if _PICKLE_START.match(inside) else "compressed file that holds no pickle"
    if head.startswith(b"\x08") and name.lower().endswith(".onnx"):
        return "ONNX"
    return next((words for start, words in _OTHERS if head.startswith(start)), "file of an unknown kind")


def _kind_of_archive(handle: IO[bytes]) -> str:
    try:
        with zipfile.ZipFile(handle) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return "damaged zip archive"
    finally:
        handle.seek(0)
    if "schema.json" in names:
        return SKOPS
    if any(name.endswith("data.pkl") for name in names):
        return "PyTorch archive"
    if any(name.endswith(".npy") for name in names):
        return "npz"
    return "zip archive"


def decompressed(handle: IO[bytes], limit: int = 1 << 28) -> Iterator[bytes]:
    """The content in pieces, at most ``limit`` bytes of it, so that no small file fills the memory.

    Of what is compressed in a way that the standard library cannot read, nothing.
    """
    handle.seek(0)
    head = handle.read(8)
    handle.seek(0)
    if _UNREADABLE.match(head):
        return
    make = next((make for magic, make in _DECOMPRESSORS if magic.match(head)), None)
    pieces = _plain_pieces(handle) if make is None else _inflated_pieces(handle, make())
    total = 0
    for piece in pieces:
        yield piece[: limit - total]
        total += len(piece)
        if total >= limit:
            return


def ending(handle: IO[bytes], size: int) -> Iterator[bytes]:
    """The last ``size`` bytes of a longer file, where it is not compressed; nothing where it is."""
    handle.seek(0)
    head = handle.read(8)
    compressed = _UNREADABLE.match(head) or any(magic.match(head) for magic, _ in _DECOMPRESSORS)
    if not compressed and handle.seek(0, io.SEEK_END) > size:
        handle.seek(-size, io.SEEK_END)
        yield from _plain_pieces(handle)


def _plain_pieces(handle: IO[bytes]) -> Iterator[bytes]:
    while piece := handle.read(CHUNK):
        yield piece


def _inflated_pieces(handle: IO[bytes], inflate: Any) -> Iterator[bytes]:
    """Pieces of bounded size. What a decompressor has not used yet, bz2 and lzma keep themselves, zlib hands back."""
    waiting = b""
    try:
        while not inflate.eof:
            if not waiting and getattr(inflate, "needs_input", True):
                waiting = handle.read(CHUNK)
                if not waiting:
                    return
            piece = inflate.decompress(waiting, CHUNK)
            waiting = getattr(inflate, "unconsumed_tail", b"")
            if piece:
                yield piece
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
        return  # damaged or cut short: what was read so far is all there is
