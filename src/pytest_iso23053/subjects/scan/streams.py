"""Compressed streams: inflated piece by piece into a bounded spool, and refused where they swell beyond reason."""

from __future__ import annotations

import bz2
import io
import lzma
import tempfile
import zlib
from typing import IO, TYPE_CHECKING, Any

from pytest_iso23053.subjects.scan.job import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_iso23053.subjects.scan.job import Job

CHUNK = 1 << 18
IN_MEMORY = 1 << 25  # of a spool; what is longer goes to an unnamed temporary file
_NEEDS = {"lz4": "the package lz4", "zstandard": "a reader of zstandard"}


_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x5d\x00\x00": "lzma",
    b"\x04\x22\x4d\x18": "lz4",
    b"\x28\xb5\x2f\xfd": "zstandard",
}


def compression(head: bytes) -> str | None:
    """Return the name of a compression by the first bytes, or None."""
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    # joblib takes whatever begins with an x for zlib
    return "zlib" if head[:1] == b"\x78" and len(head) > 1 and int.from_bytes(head[:2], "big") % 31 == 0 else None


def spool(job: Job, pieces: Iterator[bytes], size: int) -> IO[bytes]:
    """Keep pieces where they can be sought in.

    Raises
    ------
    Unreadable
        More comes out than the limits allow; ``size`` is that of the compressed stream.
    """
    # closed by whoever asked for it
    kept = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    limits, spent = job.limits, job.spent
    total = 0
    try:
        for piece in pieces:
            total += len(piece)
            spent.inflated += len(piece)
            if spent.inflated > limits.inflated:
                raise Unreadable(f"a file that swells to more than {limits.inflated:,} bytes: a decompression bomb")
            if total > limits.free and total > limits.ratio * size:
                raise Unreadable(f"{size:,} bytes that swell to more than {total:,}: a decompression bomb")
            kept.write(piece)
    except BaseException:
        kept.close()
        raise
    kept.seek(0)
    return kept


def inflated(job: Job, handle: IO[bytes], how: str) -> IO[bytes]:
    """Return the content of a compressed stream; what is damaged is noted, and what came out of it is returned."""
    size = handle.seek(0, io.SEEK_END)
    handle.seek(0)
    return spool(job, _lz4(handle) if how == "lz4" else _pieces(job, handle, _maker(how)), size)


def _maker(how: str) -> Callable[[], Any]:
    makers: dict[str, Callable[[], Any]] = {
        "gzip": lambda: zlib.decompressobj(zlib.MAX_WBITS | 16),
        "zlib": zlib.decompressobj,
        "bzip2": bz2.BZ2Decompressor,
        "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=1 << 28),
        "lzma": lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=1 << 28),
    }
    if how not in makers:
        raise Unreadable(f"compressed with {how}, for which {_NEEDS[how]} is needed")
    return makers[how]


def _lz4(handle: IO[bytes]) -> Iterator[bytes]:
    try:
        import lz4.frame
    except ImportError:
        raise Unreadable("compressed with lz4, which is read where the package lz4 is installed") from None
    with lz4.frame.open(handle) as stream:
        try:
            while piece := stream.read(CHUNK):
                yield piece
        except (RuntimeError, EOFError, OSError) as error:
            raise Unreadable(f"damaged lz4: {type(error).__name__}") from error


def _pieces(job: Job, handle: IO[bytes], make: Callable[[], Any]) -> Iterator[bytes]:
    """One stream after another, as Python's own readers take them."""
    waiting = handle.read(CHUNK)
    while waiting:
        inflate = make()
        try:
            waiting = yield from _stream(handle, inflate, waiting)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
            job.unreadable(f"damaged compression: {type(error).__name__}")
            return
        if not inflate.eof:
            job.unreadable("compressed, and cut short")
            return
        while waiting is not None and not waiting.strip(b"\0"):  # padding, as of tapes
            waiting = handle.read(CHUNK)
            if not waiting:
                return


def _stream(handle: IO[bytes], inflate: Any, waiting: bytes) -> Any:
    """Yield pieces of bounded size. What is not used yet, bz2 and lzma keep themselves, and zlib hands back."""
    while not inflate.eof:
        if not waiting and getattr(inflate, "needs_input", True):
            waiting = handle.read(CHUNK)
            if not waiting:
                return b""
        piece = inflate.decompress(waiting, CHUNK)
        waiting = getattr(inflate, "unconsumed_tail", b"")
        if piece:
            yield piece
    return inflate.unused_data
