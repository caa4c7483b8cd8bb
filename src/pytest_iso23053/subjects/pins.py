"""The digest pin: which exact file a team trusts, written where a reviewer sees it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from pytest_iso23053.assurance.errors import SubjectError

if TYPE_CHECKING:
    from pathlib import Path

SIDECAR = "sidecar"
ENVIRONMENT = "env:"
_HEX = re.compile(r"[0-9a-fA-F]{64}\Z")
# GNU: «hex  name», «hex *name», with a leading backslash where the name is escaped; BSD: «SHA256 (name) = hex»
_GNU_LINE = re.compile(r"\\?(?P<digest>[0-9a-fA-F]{64})(?:[ \t]+\*?(?P<name>.+))?\Z")
_BSD_LINE = re.compile(r"SHA256 \((?P<name>.+)\) = (?P<digest>[0-9a-fA-F]{64})\Z")


def expected_digest(pin: str, path: Path, where: str) -> str:
    """The digest that a pin stands for: written out, in an environment variable, or in a file beside the subject."""
    if pin == SIDECAR:
        return _from_sidecar(path, where)
    if pin.startswith(ENVIRONMENT):
        return _from_environment(pin.removeprefix(ENVIRONMENT), where)
    digest = _normalised(pin)
    if digest is None:
        raise SubjectError(
            f'{where}: sha256 = "{pin}" is not a SHA-256 digest: 64 hexadecimal digits, "env:NAME", or "sidecar" '
            f"for a file {path.name}.sha256 beside it"
        )
    return digest


def verify(pin: str, path: Path, digest: str, where: str) -> None:
    """Raise SubjectError unless ``digest``, computed from the file, is the pinned one."""
    expected = expected_digest(pin, path, where)
    if digest != expected:
        raise SubjectError(
            f"{where}: this is not the file that was pinned, and it was not loaded.\n"
            f"    pinned:  {expected}{_origin(pin, path)}\n"
            f"    found:   {digest}\n"
            f'Restore the pinned file; or, if you trust this one, pin it: sha256 = "{digest}"'
        )


def _origin(pin: str, path: Path) -> str:
    if pin == SIDECAR:
        return f" ({path.name}.sha256)"
    return f" (environment variable {pin.removeprefix(ENVIRONMENT)})" if pin.startswith(ENVIRONMENT) else ""


def _normalised(text: str) -> str | None:
    text = text.strip().removeprefix("sha256:").strip()
    return text.lower() if _HEX.match(text) else None


def _from_environment(name: str, where: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise SubjectError(f'{where}: sha256 = "env:{name}", but the environment variable {name} is not set')
    digest = _normalised(value)
    if digest is None:
        raise SubjectError(f"{where}: the environment variable {name} holds no SHA-256 digest (64 hexadecimal digits)")
    return digest


def _from_sidecar(path: Path, where: str) -> str:
    sidecar = path.with_name(path.name + ".sha256")
    try:
        lines = [line.strip() for line in sidecar.read_text(encoding="utf-8-sig").splitlines()]
    except FileNotFoundError:
        raise SubjectError(
            f'{where}: sha256 = "sidecar", but there is no {sidecar.name} beside it; '
            f"write it with: sha256sum {path.name} > {sidecar.name}"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SubjectError(f"{where}: {sidecar.name} cannot be read: {error}") from error
    found = [match for line in lines if (match := _GNU_LINE.match(line) or _BSD_LINE.match(line))]
    named = [match for match in found if _bare(match["name"]) == path.name]
    if len(found) == 1:
        return str(found[0]["digest"]).lower()
    if len(named) == 1:
        return str(named[0]["digest"]).lower()
    raise SubjectError(f"{where}: {sidecar.name} holds no single line «digest  {path.name}», as sha256sum writes it")


def _bare(name: str | None) -> str:
    return re.split(r"[/\\]", name or "")[-1]
