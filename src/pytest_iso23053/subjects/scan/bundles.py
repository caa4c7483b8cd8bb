"""OpenSSF model-signing bundles: what a bundle states of which file. Nothing here says that the statement is genuine.

A bundle is Sigstore's, in JSON: an envelope (DSSE) around a statement (in-toto) that lists files with their digests.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_iso23053.subjects.scan.job import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 1 << 24
_MOST_BUNDLES = 100
_PAYLOAD = "application/vnd.in-toto+json"
_STATEMENT = "https://in-toto.io/Statement/v1"
_PREDICATE = "https://model_signing/signature/v1.0"
WHOLE = "."  # the name of the one resource where a single file was signed


@dataclass(frozen=True)
class Part:
    """A file, or a range of its bytes, and the digest that is stated of it."""

    algorithm: str
    digest: str
    start: int = 0
    end: int | None = None


@dataclass(frozen=True)
class Bundle:
    """One bundle: its own bytes, the name of what was signed, and the parts of each file by its relative path."""

    content: bytes
    subject: str
    files: dict[str, tuple[Part, ...]]


def is_bundle(document: Any) -> bool:
    """Whether a JSON document is a bundle, or means to be one."""
    return isinstance(document, dict) and ("dsseEnvelope" in document or "verificationMaterial" in document)


def read(content: bytes) -> tuple[Bundle, ...]:
    """Return the bundles of a file: one, or one in each line; none where it is something else.

    Raises
    ------
    Unreadable
        A bundle is damaged, or of another version.
    """
    documents = [(piece, document) for piece, document in _documents(content) if is_bundle(document)]
    try:
        return tuple(_bundle(piece, document) for piece, document in documents)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Unreadable(f"a damaged signature ({type(error).__name__})") from error


def _documents(content: bytes) -> Iterator[tuple[bytes, Any]]:
    if content[:64].lstrip()[:1] != b"{":
        return
    try:
        yield content, json.loads(content)
        return
    except (ValueError, RecursionError):
        lines = [line for line in content.splitlines() if line.strip()]
    if len(lines) > _MOST_BUNDLES:
        raise Unreadable(f"more than {_MOST_BUNDLES} signatures in one file")
    try:
        found = [(line, json.loads(line)) for line in lines]
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"a damaged signature: {type(error).__name__}") from error
    yield from found


def _bundle(content: bytes, document: dict[str, Any]) -> Bundle:
    envelope = document["dsseEnvelope"]
    statement = json.loads(base64.b64decode(envelope["payload"], validate=True))
    if envelope["payloadType"] != _PAYLOAD or statement["_type"] != _STATEMENT:
        raise Unreadable("a signature around something else than an in-toto statement")
    if statement["predicateType"] != _PREDICATE:
        raise Unreadable(f"a signature of another kind of statement, {statement['predicateType']}")
    files: dict[str, tuple[Part, ...]] = {}
    for resource in statement["predicate"]["resources"]:
        name, part = _part(resource["name"], resource["algorithm"], resource["digest"])
        files[name] = (*files.get(name, ()), part)
    (subject,) = statement["subject"]
    return Bundle(content, str(subject["name"]), files)


def _part(name: str, algorithm: str, digest: str) -> tuple[str, Part]:
    """Shards are named «path:start:end»."""
    if "-sharded-" not in algorithm:
        return name, Part(algorithm, bytes.fromhex(digest).hex())
    path, start, end = name.rsplit(":", 2)
    return path, Part(algorithm.partition("-sharded-")[0], bytes.fromhex(digest).hex(), int(start), int(end))
