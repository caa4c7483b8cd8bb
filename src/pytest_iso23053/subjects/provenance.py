"""Which scikit-learn wrote a model file, found without executing anything that is in it.

An estimator's pickled state ends with its version (``_sklearn_version``). A pickle's opcodes are walked as far as they
go; joblib writes the raw bytes of arrays between them, where no opcode can be read, and from there on the bytes
themselves are searched for the two strings as a pickle spells them.
"""

from __future__ import annotations

import itertools
import pickletools
import re
import zipfile
from importlib import metadata
from typing import IO, TYPE_CHECKING, Any

from pytest_iso23053.subjects.containers import CHUNK, decompressed, ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

KEY = "_sklearn_version"
_MOST_BYTES = 1 << 28  # of decompressed content that are looked at
_MOST_BYTES_OF_OPCODES = 1 << 26
_OPENING = 1 << 22
_MOST_OPCODES = 1_000_000
_STRINGS = {"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE", "SHORT_BINSTRING", "BINSTRING", "STRING"}
_MEMO = {"MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT"}
_VERSION = re.compile(r"\d+\.\d+[\w.+-]{0,40}\Z")
# The key, its place in the memo, and how a string of any protocol begins: with its length, or on a line of its own.
_IN_BYTES = re.compile(
    rb"_sklearn_version'?\n?(?:\x94|q.|r.{4}|p\d{1,10}\n)?(?:[\x8cU](?P<byte>.)|[XT](?P<word>.{4})|[VS](?P<line>[^\n]{3,50})\n)",
    re.DOTALL,
)
_IN_SCHEMA = re.compile(rb'"_sklearn_version"\s*:\s*\{[^{}]*?"content"\s*:\s*"\\"([\w.+-]{3,50})\\""', re.DOTALL)
_OVERLAP = 4096
_NOTED = re.compile(r"written by scikit-learn (\S+), running ")


def running_version() -> str:
    """The version of scikit-learn that is installed, without importing it."""
    try:
        return metadata.version("scikit-learn")
    except metadata.PackageNotFoundError:
        return "none"


def note_on(version: str | None) -> str:
    """What the report says of the writer."""
    if version is None:
        return "the scikit-learn version that wrote it was not found"
    return f"written by scikit-learn {version}, running {running_version()}"


def writer_in_notes(notes: Iterable[str]) -> str | None:
    """The version of scikit-learn that wrote a model, as :func:`note_on` noted it."""
    return next((found[1] for note in notes if (found := _NOTED.match(note))), None)


def version_in_pickle(handle: IO[bytes]) -> str | None:
    """The version in a pickle or joblib file, plain or compressed."""
    return _by_opcodes(handle) or _by_bytes(handle)


def is_joblib(handle: IO[bytes]) -> bool:
    """Whether joblib wrote a pickle: it puts its own wrapper in the place of each array."""
    found = any(b"joblib.numpy_pickle" in window for window in _windows(decompressed(handle, _OPENING)))
    handle.seek(0)
    return found


def version_in_skops(handle: IO[bytes]) -> str | None:
    """The version in a skops file's schema."""
    handle.seek(0)
    try:
        with zipfile.ZipFile(handle) as archive, archive.open("schema.json") as schema:
            pieces = itertools.islice(iter(lambda: schema.read(CHUNK), b""), _MOST_BYTES // CHUNK)
            found = next((match for window in _windows(pieces) if (match := _IN_SCHEMA.search(window))), None)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError):
        return None
    finally:
        handle.seek(0)
    return found[1].decode() if found else None


class _Pieces:
    """Pieces of bytes, with what ``genops`` needs of a file; a position, which it would ask for, they do not have."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self._place = 0

    def read(self, count: int) -> bytes:
        taken = [self._rest[self._place : self._place + count]]
        self._place += len(taken[0])
        left = count - len(taken[0])
        while left > 0 and self._refill():
            taken.append(self._rest[:left])
            self._place = len(taken[-1])
            left -= self._place
        return b"".join(taken)

    def readline(self) -> bytes:
        taken = b""
        while True:
            end = self._rest.find(b"\n", self._place)
            if end >= 0:
                taken += self._rest[self._place : end + 1]
                self._place = end + 1
                return taken
            taken += self._rest[self._place :]
            self._place = len(self._rest)
            if len(taken) > CHUNK or not self._refill():
                return taken

    def _refill(self) -> bool:
        self._rest, self._place = next(self._pieces, b""), 0
        return bool(self._rest)


def _by_opcodes(handle: IO[bytes]) -> str | None:
    stream: Any = _Pieces(decompressed(handle, _MOST_BYTES_OF_OPCODES))
    after_key = False
    try:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(stream)):
            if count > _MOST_OPCODES:
                return None
            if opcode.name in _MEMO:
                continue
            if after_key and opcode.name in _STRINGS and _VERSION.match(str(argument)):
                return str(argument)
            after_key = opcode.name in _STRINGS and argument == KEY
    except Exception:  # joblib's raw arrays, or a damaged or hostile stream: the walk ends there
        return None
    finally:
        handle.seek(0)
    return None


def _by_bytes(handle: IO[bytes]) -> str | None:
    # Of a file too long to be read whole, the end: that is where the outermost estimator's version stands.
    for window in _windows(itertools.chain(decompressed(handle, _MOST_BYTES), ending(handle, _OPENING))):
        for found in _IN_BYTES.finditer(window):
            text = _string_at(window, found).decode("ascii", "replace")
            if _VERSION.match(text):
                handle.seek(0)
                return text
    handle.seek(0)
    return None


def _string_at(window: bytes, found: re.Match[bytes]) -> bytes:
    if found["line"] is not None:
        return found["line"].strip(b"'\"")
    length = int.from_bytes(found["byte"] or found["word"], "little")
    return window[found.end() : found.end() + min(length, 50)]


def _windows(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Each piece behind the end of the one before, so that what lies across two is seen whole."""
    tail = b""
    for piece in pieces:
        window = tail + piece
        yield window
        tail = window[-_OVERLAP:]
