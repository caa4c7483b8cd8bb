"""The scan of one file: what is admitted, what was found, and how much may still be spent on it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import IO, TYPE_CHECKING

from pytest_iso23053.subjects.scan.verdict import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    LookAt = Callable[["Job", IO[bytes], str], object]

MOST_FINDINGS = 20
_SHOWN = 200


class Unreadable(Exception):  # noqa: N818 - it is a verdict, and no error of the program
    """What is being read cannot be, or not within the limits; the message is the reason."""

    def __init__(self, reason: str, offset: int | None = None) -> None:
        super().__init__(reason)
        self.offset = offset


@dataclass(frozen=True)
class Limits:
    """What one file may cost. Each is far above any genuine artefact's, so that time and memory stay bounded."""

    inflated: int = 8 << 30  # bytes that come out of decompression
    free: int = 64 << 20  # of these, before the ratio is looked at; four times as many of all that a file holds
    ratio: int = 300
    depth: int = 6  # containers within containers
    members: int = 50_000
    opcodes: int = 20_000_000
    copied: int = 10_000_000  # items of containers that loading copies
    memo: int = 8_000_000
    stack: int = 4_000_000
    text: int = 1 << 28  # bytes of text that are kept
    json: int = 1 << 26

    def of_size(self, size: int) -> Limits:
        """The limits of a file of so many bytes: small ones swell less, however often and deep they are packed."""
        return replace(self, inflated=min(self.inflated, max(4 * self.free, 2 * self.ratio * size)))


@dataclass
class Spent:
    """What has been spent so far."""

    inflated: int = 0
    members: int = 0
    opcodes: int = 0
    text: int = 0
    copied: int = 0
    hashed: int = 0


class Job:
    """Collects findings, and the names on the way into nested containers."""

    def __init__(
        self, allow: tuple[str, ...] = (), limits: Limits | None = None, look_at: LookAt | None = None
    ) -> None:
        self.allow = allow
        self._look_at = look_at  # what tells content by its beginning; containers ask it for what they hold
        self.limits = limits or Limits()
        self.spent = Spent()
        self.findings: dict[Finding, None] = {}
        self.notes: dict[str, None] = {}
        self.more = 0
        self.types_decide = True  # False: the reader of a skops file holds its types against a list of its own
        self._members: list[str] = []

    @property
    def depth(self) -> int:
        """How many containers the present content lies in."""
        return len(self._members)

    @property
    def member(self) -> str:
        """The path of the present content inside the file."""
        return "/".join(self._members)

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """Go into a member; refuses at the limit of depth."""
        if self.depth >= self.limits.depth:
            raise Unreadable(f"more than {self.limits.depth} containers inside one another")
        self._members.append(shown(name))
        try:
            yield
        finally:
            self._members.pop()

    def unsafe(self, reason: str, offset: int | None = None, name: str = "") -> None:
        """Note what a loader would do that it should not."""
        self._add(Finding(shown(reason, 400), True, self.member, offset, shown(name)))

    def unreadable(self, reason: str, offset: int | None = None) -> None:
        """Note what could not be read."""
        self._add(Finding(shown(reason, 400), False, self.member, offset))

    def note(self, text: str) -> None:
        """Note what is not held against the file."""
        if len(self.notes) < MOST_FINDINGS:
            self.notes[shown(text, 400)] = None

    def _add(self, finding: Finding) -> None:
        if finding.name and any(
            kept.name == finding.name and kept.reason == finding.reason and kept.member == finding.member
            for kept in self.findings
        ):
            return
        if finding in self.findings:
            return
        if len(self.findings) < MOST_FINDINGS:
            self.findings[finding] = None
        elif finding.unsafe and not self.found_unsafe:
            self.findings.pop(next(reversed(self.findings)))
            self.findings[finding] = None
            self.more += 1
        else:
            self.more += 1

    @property
    def found_unsafe(self) -> bool:
        """Whether anything unsafe was found."""
        return any(finding.unsafe for finding in self.findings)

    @property
    def full(self) -> bool:
        """Whether reading on would only lengthen the list."""
        return self.more > 1000

    def admits(self, module: str, name: str) -> bool:
        """Whether the user's ``allow`` names it; a name with a dot leads through other objects, so only in full."""
        full = f"{module}.{name}"
        if full in self.allow:
            return True
        if "." in name or (name.startswith("__") and name.endswith("__")):
            return False
        return any(fnmatchcase(full, pattern) for pattern in self.allow)

    def look_at(self, content: IO[bytes], name: str) -> None:
        """Look at what lies in a container, whatever it is."""
        if self._look_at is None:
            raise Unreadable("a container, where none is expected")
        self._look_at(self, content, name)

    def trial(self) -> Job:
        """Return a job with the same rules whose findings are its own: for a second way to read the same bytes."""
        other = Job(self.allow, replace(self.limits, opcodes=min(self.limits.opcodes, 200_000)), self._look_at)
        other._members = list(self._members)
        return other


def shown(text: str, most: int = _SHOWN) -> str:
    """Return text from a file as it may be shown: without control characters, and not endlessly long."""
    safe = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text[: most + 1])
    return safe if len(safe) <= most else safe[: most - 1] + "…"
