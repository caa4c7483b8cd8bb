"""The HTML report beside pytest-html's and Allure's: bytes, CPU, memory, and what it takes a browser to open it.

    python benchmarks/html_report/run.py                       # 10,000 tests, 1 % of which fail
    python benchmarks/html_report/run.py --tests 50000 --allure dist/bin/allure

Every variant is pytest on the same tests; from its CPU and memory the same run without a report is taken off, in
the same round. The floor is what a page of all node ids and outcomes costs, written by joining strings. Allure takes
part where allure-pytest is installed: it writes results, of which its command makes a page (``npm pack
allure-commandline``; needs Java). Chromium and Playwright, where they are there, open the pages.
"""

from __future__ import annotations

import argparse
import html
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PER_FILE = 100
ALONE = ["--disable-plugin-autoload", "-p", "no:cacheprovider", "-p", "pytest_iso23053.plugin"]
BASELINE, FLOOR, OURS, OTHER, ALLURE = "no report", "floor: joined strings", "ours", "pytest-html", "Allure"
CHROMIUM = "/usr/bin/chromium"
PATIENCE = 120
PROLOGUE = """import pytest

pytestmark = pytest.mark.clause("7.4/performance")


"""


@dataclass(frozen=True)
class Cost:
    cpu: float  # seconds of user and system
    peak: float  # MB


def cost(command: list[str], folder: Path) -> Cost:
    """Run a command, and read what this one child used."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1: some tests fail
        raise SystemExit(f"exit status {process.returncode}: {' '.join(command)}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def write_tests(folder: Path, count: int, failing: float) -> None:
    every = round(1 / failing)
    for start in range(0, count, PER_FILE):
        numbers = range(start, min(start + PER_FILE, count))
        body = [f"def test_{n}():\n    assert {n} % {every} != {every - 1}\n\n\n" for n in numbers]
        (folder / f"test_{start:06d}.py").write_text(PROLOGUE + "".join(body))


def variants() -> dict[str, list[str]]:
    run = ["--iso23053", "--iso23053-gate=off"]
    page = ["--html=pytest-html.html", "--self-contained-html"]
    found = {
        BASELINE: run,
        OURS: [*run, "--iso23053-report=html:ours.html"],
        OTHER: [*run, "-p", "pytest_metadata.plugin", "-p", "pytest_html.plugin", *page],
    }
    if importlib.util.find_spec("allure_pytest"):
        found[ALLURE] = [*run, "-p", "allure_pytest.plugin", "--alluredir=allure-results", "--clean-alluredir"]
    return found


def floor(folder: Path, count: int, failing: float) -> Cost:
    """Write what no report of single tests can do without."""
    every = round(1 / failing)
    before = time.process_time()
    rows = [
        f"<tr><td>{html.escape(f'test_{n - n % PER_FILE:06d}.py::test_{n}')}</td>"
        f"<td>{'failed' if n % every == every - 1 else 'passed'}</td></tr>"
        for n in range(count)
    ]
    (folder / "floor.html").write_text(f"<!DOCTYPE html><title>floor</title><table>{''.join(rows)}</table>")
    return Cost(time.process_time() - before, 0.0)


def weight(path: Path) -> int:
    files = [path] if path.is_file() else [found for found in path.rglob("*") if found.is_file()]
    return sum(found.stat().st_size for found in files)


def opened(page: Path) -> str:
    """Return the main thread's seconds until a page stands, as Chromium counts them; they are CPU, not waiting."""
    if importlib.util.find_spec("playwright") is None or not Path(CHROMIUM).exists() or not page.exists():
        return "–"
    from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        session = tab.context.new_cdp_session(tab)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        try:
            tab.goto(page.as_uri(), timeout=1000 * PATIENCE)
        except PlaywrightTimeoutError:
            browser.close()
            return f"not within {PATIENCE} s of the clock"
        tab.wait_for_timeout(1000)
        told = session.send("Performance.getMetrics")["metrics"]
        browser.close()
    return f"{next(each['value'] for each in told if each['name'] == 'TaskDuration'):.2f} s"


def compare(folder: Path, arguments: Any) -> list[tuple[str, int, float, float, str]]:
    base = [sys.executable, "-m", "pytest", "-q", "--rootdir=.", *ALONE]
    names = variants()
    costs: dict[str, list[Cost]] = {name: [] for name in names}
    cost([*base, *names[BASELINE]], folder)  # byte-compiles the tests
    for _ in range(arguments.repetitions):
        for name, options in names.items():
            costs[name].append(cost([*base, *options], folder))
    floored = floor(folder, arguments.tests, arguments.failing)
    rows = [(FLOOR, weight(folder / "floor.html"), floored.cpu, floored.peak, opened(folder / "floor.html"))]
    files = {OURS: "ours.html", OTHER: "pytest-html.html", ALLURE: "allure-results"}
    for name in list(names)[1:]:
        cpu = statistics.median(one.cpu - two.cpu for one, two in zip(costs[name], costs[BASELINE], strict=True))
        peak = statistics.median(one.peak - two.peak for one, two in zip(costs[name], costs[BASELINE], strict=True))
        rows.append(
            (name, weight(folder / files[name]), cpu, peak, opened(folder / files[name]) if name != ALLURE else "–")
        )
    if arguments.allure and ALLURE in names:
        page = cost([arguments.allure, "generate", "--single-file", "-o", "allure-page", "allure-results"], folder)
        made = folder / "allure-page" / "index.html"
        rows.append(("Allure, its page from them", weight(made), page.cpu, page.peak, opened(made)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tests", type=int, default=10_000)
    parser.add_argument("--failing", type=float, default=0.01)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--allure", help="Allure's command, to make a page of its results")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_tests(folder, arguments.tests, arguments.failing)
        rows = compare(folder, arguments)
    ours = next(row for row in rows if row[0] == OURS)
    print(f"{arguments.tests} tests, {arguments.failing:.0%} of them failing; ratios to ours in brackets\n")
    print("| report | kB | CPU beyond the run | memory beyond the run | to open |\n|---|---|---|---|---|")
    for name, size, cpu, peak, opening in rows:
        ratios = (f"{size / ours[1]:.2g}", f"{cpu / ours[2]:.2g}" if ours[2] > 0 else "–")
        print(f"| {name} | {size / 1000:,.0f} ({ratios[0]}) | {cpu:.2f} s ({ratios[1]}) | {peak:.0f} MB | {opening} |")


if __name__ == "__main__":
    main()
