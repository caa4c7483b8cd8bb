"""Bytes of a seekable stream through a window: what a file claims to hold is never allocated, only looked for."""

from __future__ import annotations

import io
from typing import IO

from pytest_iso23053.subjects.scan.job import Unreadable

WINDOW = 1 << 18
LONGEST = 1 << 16  # that is handed out in one piece


class Reader:
    """A position in a stream of known size; ``buffer``, ``base``, ``at`` and ``end`` are open to the opcodes' loop."""

    def __init__(self, handle: IO[bytes], start: int = 0) -> None:
        self._handle = handle
        self.size = handle.seek(0, io.SEEK_END)
        self.buffer = b""
        self.at = 0
        self.end = 0
        self.base = start  # of the buffer in the stream

    @property
    def offset(self) -> int:
        """Where in the stream the next byte stands."""
        return self.base + self.at

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return self.size - self.offset

    def fill(self, needed: int = 1) -> None:
        """Let the window begin at the next byte, and hold at least so many.

        Raises
        ------
        Unreadable
            The stream ends before.
        """
        self.base += self.at
        self._handle.seek(self.base)
        self.buffer = self._handle.read(max(WINDOW, needed))
        self.at, self.end = 0, len(self.buffer)
        if self.end < needed:
            raise Unreadable("it ends in the middle: cut short, or of a size that it only claims", self.base)

    def take(self, count: int) -> bytes:
        """Return the next bytes, few of them."""
        if count > LONGEST:
            raise Unreadable(f"a claim of {count:,} bytes where a few are expected", self.offset)
        if self.at + count > self.end:
            self.fill(count)
        start = self.at
        self.at = start + count
        return self.buffer[start : self.at]

    def line(self) -> bytes | None:
        """Return the next line without its end; None for a long one, which is passed over."""
        place = self.buffer.find(b"\n", self.at)
        if place >= 0:
            found = self.buffer[self.at : place]
            self.at = place + 1
            return found if len(found) <= LONGEST else None
        self.fill()
        long = False
        while (place := self.buffer.find(b"\n")) < 0:
            long = True
            self.at = self.end
            self.fill()
        found = self.buffer[:place]
        self.at = place + 1
        return None if long or len(found) > LONGEST else found

    def skip(self, count: int) -> None:
        """Pass over bytes, however many, if they are there."""
        if count < 0 or count > self.left:
            raise Unreadable(f"a claim of {count:,} bytes, of which {self.left:,} are there", self.offset)
        if self.at + count <= self.end:
            self.at += count
        else:
            self.base, self.buffer, self.at, self.end = self.offset + count, b"", 0, 0

    def peek(self, count: int) -> bytes:
        """Return the next bytes, as many as there are, without moving on."""
        if self.at + count > self.end and self.left:
            self.fill()
        return self.buffer[self.at : self.at + count]
