"""Archives: every member is looked at by its content, as deep as the limits go."""

from __future__ import annotations

import io
import re
import stat
import tarfile
import zipfile
import zlib
from typing import IO, TYPE_CHECKING

from pytest_iso23053.subjects.scan import keras, pickles, skops
from pytest_iso23053.subjects.scan.job import Unreadable
from pytest_iso23053.subjects.scan.streams import CHUNK, spool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_iso23053.subjects.scan.job import Job

_MOST_DIRECTORY = 1 << 26
_BLOCK = 512
_LONGEST_EXTENSION = 1 << 20
_EXTENSIONS = b"xgLKXNV"
_RAW_STORAGE = re.compile(r"(?P<root>.*/)?data/\d+")
_ABOUT_PYTORCH = re.compile(r"(.*/)?(version|byteorder|\.format_version|\.storage_alignment|\.data/serialization_id)")
_TORCHSCRIPT = re.compile(r"(.*/)?(code/.*|constants\.pkl)")


def scan_zip(job: Job, handle: IO[bytes]) -> None:
    """Look at every member of a zip archive, and at what the archive as a whole is: PyTorch, Keras, skops."""
    size = _refuse_directory(handle)
    try:
        with zipfile.ZipFile(handle) as archive:
            if sum(info.compress_size for info in archive.infolist()) > size:
                raise Unreadable("a zip archive whose members overlap, or claim more bytes than there are")
            _members_of_zip(job, archive)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"a damaged zip archive: {type(error).__name__}") from error


def _refuse_directory(handle: IO[bytes]) -> int:
    """Zipfile reads the directory as a whole, so its size is looked at before; returns that of the archive."""
    size = handle.seek(0, io.SEEK_END)
    handle.seek(max(0, size - (1 << 16) - 22 - 20))
    tail = handle.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0:
        raise Unreadable("a damaged zip archive: no directory")
    length = int.from_bytes(tail[place + 12 : place + 16], "little")
    if tail[max(place - 20, 0) : place].startswith(b"PK\x06\x07"):
        handle.seek(min(int.from_bytes(tail[place - 12 : place - 4], "little"), size))
        length = int.from_bytes(handle.read(56)[40:48], "little")
    if length > min(_MOST_DIRECTORY, size):
        raise Unreadable(f"a zip archive whose directory claims {length:,} bytes")
    return size


def _members_of_zip(job: Job, archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    _count(job, len(infos))
    if len(set(names)) < len(names):
        job.unreadable("two members of the same name, of which each reader takes another")
    is_pytorch = any(name == "data.pkl" or name.endswith("/data.pkl") for name in names)
    kind = "skops" if "schema.json" in names else "keras" if keras.is_archive(names) else ""
    for info in infos:
        if info.is_dir() or not _harmless_path(job, info.filename):
            continue
        if stat.S_ISLNK(info.external_attr >> 16):
            job.unsafe(f"holds a symbolic link, {info.filename}")
        elif info.flag_bits & 1:
            job.unreadable(f"{info.filename} is encrypted")
        elif is_pytorch and (_RAW_STORAGE.fullmatch(info.filename) or _ABOUT_PYTORCH.fullmatch(info.filename)):
            continue  # numbers
        elif is_pytorch and _TORCHSCRIPT.fullmatch(info.filename):
            job.unreadable(f"holds TorchScript, a program: {info.filename}")
        else:
            _member(job, archive, info, "pytorch" if is_pytorch else kind)


def _member(job: Job, archive: zipfile.ZipFile, info: zipfile.ZipInfo, kind: str) -> None:
    with (
        job.inside(info.filename),
        archive.open(info) as stream,
        spool(job, _pieces(stream), max(info.compress_size, 1)) as content,
    ):
        if kind == "pytorch" and info.filename.endswith("data.pkl"):
            pickles.scan_with_storages(job, content)
        elif kind == "skops" and info.filename == "schema.json":
            skops.scan_schema(job, content)
        elif kind == "keras" and info.filename in keras.DOCUMENTS:
            keras.scan_document(job, content)
        else:
            job.look_at(content, info.filename)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(CHUNK):
        yield piece


def _count(job: Job, members: int) -> None:
    job.spent.members += members
    if job.spent.members > job.limits.members:
        raise Unreadable(f"more than {job.limits.members:,} members")


def _harmless_path(job: Job, name: str) -> bool:
    parts = re.split(r"[/\\]", name)
    if ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        job.unsafe(f"a member that would be unpacked outside: {name}")
        return False
    return True


def scan_tar(job: Job, handle: IO[bytes]) -> None:
    """Look at every member of a tar archive."""
    _refuse_headers(job, handle)
    handle.seek(0)
    try:
        with tarfile.open(fileobj=handle, mode="r:") as archive:
            for info in archive:
                _count(job, 1)
                _member_of_tar(job, archive, info)
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise Unreadable(f"a damaged tar archive: {type(error).__name__}") from error


def _member_of_tar(job: Job, archive: tarfile.TarFile, info: tarfile.TarInfo) -> None:
    if not _harmless_path(job, info.name) or info.isdir():
        return
    if info.issym() or info.islnk():
        job.unsafe(f"holds a link, {info.name} to {info.linkname}")
        return
    stream = archive.extractfile(info) if info.isreg() and not info.issparse() else None
    if stream is None:
        job.unreadable(f"{info.name} is no regular file")
        return
    with job.inside(info.name), spool(job, _pieces(stream), max(info.size, 1)) as content:
        job.look_at(content, info.name)


def _refuse_headers(job: Job, handle: IO[bytes]) -> None:
    """Tarfile reads extended headers as a whole, so their sizes are looked at before."""
    size = handle.seek(0, io.SEEK_END)
    place = headers = 0
    while place + _BLOCK <= size:
        handle.seek(place)
        header = handle.read(_BLOCK)
        if not header.strip(b"\0"):
            break
        headers += 1
        if headers > 2 * job.limits.members:
            raise Unreadable(f"more than {job.limits.members:,} members")
        length = _length(header[124:136])
        kind = header[156:157]
        if length > size - place or (kind in _EXTENSIONS and kind and length > _LONGEST_EXTENSION):
            raise Unreadable(f"a tar archive with a claim of {length:,} bytes", place)
        place += _BLOCK + -(-length // _BLOCK) * _BLOCK
    handle.seek(place)
    while piece := handle.read(CHUNK):
        if piece.strip(b"\0"):
            job.unreadable("bytes behind the end of the tar archive", place)
            return


def _length(field: bytes) -> int:
    try:
        return int.from_bytes(field[1:], "big") if field[0] & 0x80 else int(field.strip(b"\0 ") or b"0", 8)
    except ValueError:
        raise Unreadable("a damaged tar archive: a size that is no number") from None
