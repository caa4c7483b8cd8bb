"""Signatures that lie beside a file: the digests they state, and whether they are of whom the user trusts."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from pytest_iso23053.subjects.scan import bundles
from pytest_iso23053.subjects.scan.job import Unreadable
from pytest_iso23053.subjects.scan.opening import opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_iso23053.subjects.scan.job import Job

OF_ONE_FILE = (".sig", ".sigstore.json", ".sigstore")
OF_A_FOLDER = ("model.sig", "claims.jsonl")
_ABOVE = 3  # folders in which such a signature is looked for
_CHUNK = 1 << 20
INSTALL = 'pip install "pytest-iso23053[signing]"'


class Beside(NamedTuple):
    """A bundle that states something of a file: where it lies, what it states, and what was signed."""

    place: Path
    bundle: bundles.Bundle
    parts: tuple[bundles.Part, ...]
    signed: Path  # the file itself, or the folder


def is_signature(path: Path) -> bool:
    """Whether a file is by its name a signature, and so not signed itself."""
    return path.name.endswith(OF_ONE_FILE) or path.name in OF_A_FOLDER


def check(job: Job, handle: IO[bytes], path: Path, trust: Mapping[str, Any] | None = None) -> None:
    """Hold an open file against the signatures beside it.

    Parameters
    ----------
    job : Job
        Where the outcome is noted.
    handle : file
        What is loaded afterwards.
    path : Path
        Where it lies.
    trust : mapping, optional
        Whose signature is asked for: ``key``, ``certificates``, or ``identity``, ``issuer`` and ``trust_root``, and
        ``file`` where it lies elsewhere. Without it digests alone are compared.
    """
    try:
        found = list(_beside(job, path, (trust or {}).get("file")))
    except Unreadable as refusal:
        job.unreadable(str(refusal))
        return
    try:
        agreeing = [each for each in found if _agrees(job, handle, each)]
    finally:
        handle.seek(0)
    if trust is not None and len(agreeing) == len(found):
        _verified(job, agreeing, path, trust)
    elif trust is None and len(agreeing) == len(found):
        for each in agreeing:
            job.note(f"{each.place.name}: signed, not verified: the digests agree, and no key was given{_missing()}")


def _missing() -> str:
    from importlib.util import find_spec

    return "" if find_spec("model_signing") else f"; to verify it: {INSTALL}"


def _beside(job: Job, path: Path, elsewhere: str | None) -> Iterator[Beside]:
    if elsewhere is not None:
        yield from _stated(job, Path(elsewhere), path, own=True)
        return
    for suffix in OF_ONE_FILE:
        if os.path.lexists(place := f"{path}{suffix}"):
            yield from _stated(job, Path(place), path, own=True)
    folder = os.path.dirname(os.path.abspath(path))  # noqa: PTH100, PTH120 - a Path for each would cost a tenth of a scan
    for _ in range(1 + _ABOVE):
        for name in OF_A_FOLDER:
            if name != f"{path.name}.sig" and os.path.lexists(place := os.path.join(folder, name)):  # noqa: PTH118
                yield from _stated(job, Path(place), path, own=False)
        if folder == (above := os.path.dirname(folder)):  # noqa: PTH120
            break
        folder = above


def _stated(job: Job, place: Path, path: Path, *, own: bool) -> Iterator[Beside]:
    """What the bundles at a place state of the file; a signature of one file must speak of it."""
    content = _content(place)
    if content is None:
        return
    try:
        read = _read(content)
    except Unreadable as refusal:
        raise Unreadable(f"{place.name}: {refusal}") from refusal
    folder = Path(os.path.abspath(place)).parent  # noqa: PTH100
    absolute = Path(os.path.abspath(path))  # noqa: PTH100
    name = absolute.relative_to(folder).as_posix() if absolute.is_relative_to(folder) else path.name
    for bundle in read:
        whole = bundle.files.get(bundles.WHOLE)
        if whole is not None and (own or (bundle.subject == path.name and folder == absolute.parent)):
            yield Beside(place, bundle, whole, path)
        elif (parts := bundle.files.get(name)) is not None:
            yield Beside(place, bundle, parts, folder)
        elif own:
            job.unsafe(f"{place.name} signs something else than this file")
    if own and not read:
        job.note(f"{place.name} is no bundle of OpenSSF model-signing, and was not looked at")


def _content(place: Path) -> bytes | None:
    try:
        with opened(place) as handle:
            content = handle.read(bundles.LONGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unreadable(f"{place.name}: {error.strerror or type(error).__name__}") from error
    if len(content) > bundles.LONGEST:
        raise Unreadable(f"{place.name}: a signature of more than {bundles.LONGEST:,} bytes")
    return content


_read = lru_cache(maxsize=8)(bundles.read)


def _agrees(job: Job, handle: IO[bytes], beside: Beside) -> bool:
    size, covered = handle.seek(0, os.SEEK_END), 0
    for part in sorted(beside.parts, key=lambda part: part.start):
        end = size if part.end is None else part.end
        hasher = _hasher(part.algorithm)
        if hasher is None:
            job.unreadable(f"{beside.place.name}: digests by {part.algorithm} are not compared here")
            return False
        if part.start != covered or end > size or _digest(handle, hasher, part.start, end) != part.digest:
            job.unsafe(f"{beside.place.name}: this is not the file that was signed: its digest is another")
            return False
        covered = end
    if covered < size or not beside.parts:
        job.unsafe(f"{beside.place.name}: this is not the file that was signed: it is longer")
        return False
    return True


def _hasher(algorithm: str) -> Any:
    if algorithm in {"sha256", "sha384", "sha512", "blake2b"}:
        return hashlib.new(algorithm)
    if algorithm == "blake3":
        try:
            import blake3
        except ImportError:
            return None
        return blake3.blake3()
    return None


def _digest(handle: IO[bytes], hasher: Any, start: int, end: int) -> str:
    handle.seek(start)
    left = end - start
    while left > 0 and (piece := handle.read(min(_CHUNK, left))):
        hasher.update(piece)
        left -= len(piece)
    return str(hasher.hexdigest())


def _verified(job: Job, agreeing: list[Beside], path: Path, trust: Mapping[str, Any]) -> None:
    """One signature of whom the user trusts is enough, and none is too few."""
    from pytest_iso23053.subjects.scan import signers

    if not agreeing:
        job.unsafe(f"a signature is asked for, and none lies beside {path.name}")
        return
    refusals = []
    for each in agreeing:
        try:
            job.note(f"{each.place.name}: signed by {signers.verify(each.bundle, each.signed, trust)}; verified")
        except signers.NotInstalledError:
            job.unreadable(f"{each.place.name}: signed, not verified: install: {INSTALL}")
            return
        except signers.RefusedError as refusal:
            refusals.append(f"{each.place.name}: {refusal}")
        else:
            return
    for reason in refusals:
        job.unsafe(reason)
