"""A tool examines a case and says what it noticed, as signals; what it costs is measured from outside."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ALARM, UNDECIDED, QUIET, BROKEN = "alarm", "undecided", "quiet", "broken"


@dataclass(frozen=True)
class Signal:
    """One check of one tool on one case: what it is called, what it belongs to, how it ended, and what it said."""

    check: str
    outcome: str
    says: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Examination:
    """All signals of a tool on a case, and the CPU seconds of the whole process with its children."""

    signals: tuple[Signal, ...]
    cpu: float
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> Examination:
        signals = tuple(Signal(**{**one, "about": tuple(one["about"])}) for one in data["signals"])
        return Examination(signals, data["cpu"], data["problem"])


@dataclass(frozen=True)
class Tool:
    """A tool in an environment of its own."""

    name: str
    packages: tuple[str, ...]
    driver: str
    limit: int = 900  # CPU seconds
    environment: dict[str, str] = field(default_factory=dict)

    def examine(self, python: Path, case_id: str, folder: Path, cache: Path) -> Examination:
        """Run the driver as a process of its own and read what it left."""
        output = folder.parent / f"{folder.name}.{self.name}.json"
        output.unlink(missing_ok=True)
        driver = Path(__file__).with_name(self.driver)
        command = [python, driver, case_id, folder, cache, output]
        cpu, status, said = measured(
            [str(part) for part in command], folder, {"CPU_LIMIT": str(self.limit), **self.environment}
        )
        if not output.exists():
            return Examination((), cpu, f"exit {status}: {said[-300:]}")
        data = json.loads(output.read_text(encoding="utf-8"))
        signals = tuple(Signal(**{**one, "about": tuple(one["about"])}) for one in data["signals"])
        return Examination(signals, cpu, data.get("problem", ""))


def measured(command: list[str], folder: Path, extra: dict[str, str]) -> tuple[float, int, str]:
    """Run a command; return the CPU seconds of it and its children, its exit status, and the end of what it said."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LOKY_MAX_CPU_COUNT"), "1")
    log = folder.parent / f"{folder.name}.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **threads, "PYTHONDONTWRITEBYTECODE": "1", **extra},
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, process.returncode, log.read_text(errors="replace")
