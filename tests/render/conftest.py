"""A real browser, for what a parser alone cannot tell of the HTML report."""

from __future__ import annotations

from pathlib import Path

import pytest
import samples
import showcase

from pytest_iso23053.render.html import render_html, render_html_folder
from pytest_iso23053.render.write import write_folder
from pytest_iso23053.settings.report_files import read_report

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--headless",
]
SAMPLE = Path(__file__).resolve().parents[2] / "docs" / "data" / "sample-attacked.json"
PAGES = {
    "attacked": lambda: read_report(SAMPLE),
    "rich": samples.rich,
    "empty": samples.empty,
    "hostile": samples.hostile,
    "showcase": showcase.showcase,
}


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is missing: pip install playwright")
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """The sample reports as a reader opens them: files, and folders of the same name."""
    folder = tmp_path_factory.mktemp("reports")
    for name, make in PAGES.items():
        report = make()
        (folder / f"{name}.html").write_text(render_html(report), encoding="utf-8")
        write_folder(folder / name, render_html_folder(report))
    return folder


@pytest.fixture
def open_page(browser, pages):
    """Open a sample and watch for requests and messages; the context's options are Playwright's."""
    contexts = []

    def open_(name, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.requested, page.messages = [], []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("console", lambda message: page.messages.append(message.text))
        page.on("pageerror", lambda error: page.messages.append(str(error)))
        page.on("dialog", lambda dialog: page.messages.append(dialog.message))
        page.goto((pages / (f"{name}index.html" if name.endswith("/") else f"{name}.html")).as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
