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
    """The sample reports as a reader opens them: files, and one of them as a folder too."""
    folder = tmp_path_factory.mktemp("reports")
    for name, make in PAGES.items():
        (folder / f"{name}.html").write_text(render_html(make()), encoding="utf-8")
    write_folder(folder / "showcase", render_html_folder(showcase.showcase()))
    return folder


class Tab:
    """Pages of a browser to be opened one after the other: one for each set of options that only a context has."""

    def __init__(self, browser, pages):
        self._browser, self._pages, self._opened = browser, pages, {}

    def open(self, name, *, viewport=None, color_scheme=None, **options):
        """Load a sample anew, and watch for requests and messages; what is emulated starts afresh too."""
        page = self._opened.get(key := tuple(sorted(options.items()))) or self._new(key, options)
        page.requested.clear()
        page.messages.clear()
        page.emulate_media(media="null", color_scheme=color_scheme or "null")
        page.set_viewport_size(viewport or {"width": 1280, "height": 720})
        page.goto((self._pages / (f"{name}index.html" if name.endswith("/") else f"{name}.html")).as_uri())
        return page

    def _new(self, key, options):
        page = self._opened[key] = self._browser.new_context(**options).new_page()
        page.requested, page.messages = [], []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("console", lambda message: page.messages.append(message.text))
        page.on("pageerror", lambda error: page.messages.append(str(error)))
        page.on("dialog", lambda dialog: (page.messages.append(dialog.message), dialog.dismiss()))
        return page


@pytest.fixture(scope="session")
def open_page(browser, pages):
    """Open a sample; the options are Playwright's."""
    return Tab(browser, pages).open
