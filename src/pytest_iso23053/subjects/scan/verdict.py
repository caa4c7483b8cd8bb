"""The verdict on one file, with what led to it and where that stands."""

from __future__ import annotations

from dataclasses import dataclass

CLEAN = "clean"
UNSAFE = "unsafe"
UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Finding:
    """One reason why a file is not clean."""

    reason: str
    unsafe: bool  # else it could not be read
    member: str = ""  # inside an archive: «inner.zip/model.pkl»
    offset: int | None = None  # in the member, decompressed
    name: str = ""  # «module.name» of what would be imported, where that is the reason

    def __str__(self) -> str:
        """Return the reason and the place in one line."""
        place = [f"in {self.member}"] if self.member else []
        place += [f"at byte {self.offset:,}"] if self.offset is not None else []
        return f"{self.reason} ({', '.join(place)})" if place else self.reason


@dataclass(frozen=True)
class Verdict:
    """What the scan of one file found. ``clean`` means: all of it was read, and nothing outside the allow-list."""

    path: str
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()  # not held against the file: a signature nobody verified, an operator of one's own
    kind: str = ""
    more: int = 0  # findings beyond those that are kept

    @property
    def verdict(self) -> str:
        """``clean``, ``unsafe`` or ``unreadable``."""
        if any(finding.unsafe for finding in self.findings):
            return UNSAFE
        return UNREADABLE if self.findings else CLEAN

    @property
    def clean(self) -> bool:
        """Whether the whole file was read, and nothing in it lies outside the allow-list."""
        return not self.findings

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons in words, what is unsafe first."""
        ordered = sorted(self.findings, key=lambda finding: not finding.unsafe)
        return (*map(str, ordered), *((f"and {self.more} more",) if self.more else ()))
