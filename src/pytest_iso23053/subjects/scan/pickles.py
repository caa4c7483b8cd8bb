"""Files of pickles: one, several behind one another, or PyTorch's before 1.6, which ends in raw tensors."""

from __future__ import annotations

from contextlib import suppress
from typing import IO, TYPE_CHECKING

from pytest_iso23053.subjects.scan.job import Unreadable
from pytest_iso23053.subjects.scan.machine import Machine
from pytest_iso23053.subjects.scan.reader import Reader

if TYPE_CHECKING:
    from pytest_iso23053.subjects.scan.job import Job

_OLD_PYTORCH = 0x1950A86A20F9469CFC6C
_PICKLES_OF_OLD_PYTORCH = 5  # the number, its version, the system, the object, the keys of its storages


def scan(job: Job, handle: IO[bytes], start: int = 0) -> None:
    """Follow every pickle of a file.

    A loader reads the first alone, and another the next; so each of them counts, and what follows must be one too.
    """
    reader = Reader(handle, start)
    count = 0
    old_pytorch = False
    while reader.left:
        machine = Machine(job, reader, persistent=old_pytorch)
        begin = reader.offset
        try:
            result = machine.run()
        except Unreadable as refusal:
            what = f"{reader.size - begin:,} bytes behind the end of the pickle: {refusal}" if count else str(refusal)
            job.unreadable(what, refusal.offset if refusal.offset is not None else machine.opcode_at)
            return
        count += 1
        old_pytorch = old_pytorch or (count == 1 and result == _OLD_PYTORCH)
        if old_pytorch and count == _PICKLES_OF_OLD_PYTORCH:
            return  # the storages: numbers


def scan_with_storages(job: Job, handle: IO[bytes]) -> None:
    """Follow the pickle of a PyTorch archive, whose tensors lie in other members."""
    reader = Reader(handle)
    machine = Machine(job, reader, persistent=True)
    machine.run()
    if reader.left:
        raise Unreadable(f"{reader.left:,} bytes behind the end of the pickle", reader.offset)


def executes(job: Job, handle: IO[bytes]) -> bool:
    """Whether a file of another format would, to an unpickler, run something before it fails; then that is noted.

    Only what could really be imported counts: in arbitrary bytes an opcode finds a name by chance.
    """
    trial = job.trial()
    with suppress(Unreadable):
        Machine(trial, Reader(handle)).run()
    named = [finding for finding in trial.findings if finding.unsafe and _importable(finding.name)]
    for finding in named:
        job.unsafe(f"to an unpickler it {finding.reason}", finding.offset, finding.name)
    return bool(named)


def _importable(name: str) -> bool:
    return bool(name) and all(part.isidentifier() for part in name.split("."))
