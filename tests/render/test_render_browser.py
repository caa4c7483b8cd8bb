"""The page in a real browser: what a parser alone cannot tell."""

from __future__ import annotations

import pytest
import samples

from pytest_iso23053.render.pytest_html import evidence_cell, matrix_section


@pytest.mark.parametrize("bypass_csp", [True, False], ids=["without its policy", "with its policy"])
def test_a_hostile_report_runs_no_script(open_page, bypass_csp):
    page = open_page("hostile", bypass_csp=bypass_csp)
    page.evaluate("document.querySelectorAll('details').forEach(found => found.open = true)")
    for field in ("#filter-word", "#filter-model"):
        for place in range(page.locator(f"{field} option").count()):
            page.locator(field).select_option(index=place)
    page.locator("#filter-text").fill(samples.HOSTILE)
    page.wait_for_timeout(50)
    assert page.evaluate("window.__pwned") is None
    assert page.messages == []
    assert len(page.requested) == 1


def test_hostile_fragments_in_a_page_of_another_run_no_script(open_page):
    page = open_page("empty", bypass_csp=True)
    report = samples.hostile()
    page.set_content(matrix_section(report) + evidence_cell(report.tests[0]))
    page.wait_for_timeout(50)
    assert page.evaluate("window.__pwned") is None
    assert "<script>" in page.inner_text("body")


def test_the_page_is_readable_without_javascript(open_page):
    page = open_page("rich", java_script_enabled=False)
    text = page.inner_text("body")
    for said in ("Gate: FAILED", "47.3\u00a0%", "7.4/fairness", "not an attestation of conformity"):
        assert said in text
    listed = page.locator("#aspect-7\\.4-performance li")
    assert not listed.is_visible()
    page.locator("#aspect-7\\.4-performance summary").click()
    assert listed.is_visible()


@pytest.mark.parametrize("name", ["rich", "empty", "hostile"])
def test_nothing_overflows(open_page, name):
    page = open_page(name)
    page.evaluate("document.querySelectorAll('details').forEach(found => found.open = true)")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_light_and_dark(open_page, tmp_path):
    """Leaves screenshots in the test's folder, to be looked at after a change to the style."""
    seen = {}
    page = open_page("rich", viewport={"width": 1280, "height": 860})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=tmp_path / f"{scheme}.png")
        seen[scheme] = page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        )
        assert page.messages == []  # the policy's digest of the style is right
        assert (tmp_path / f"{scheme}.png").stat().st_size > 20_000
    assert seen["light"] == ["rgb(245, 246, 248)", "rgb(24, 32, 43)"]
    assert seen["dark"] == ["rgb(17, 21, 27)", "rgb(230, 234, 240)"]


def test_the_first_screen_holds_the_answer(open_page):
    page = open_page("rich", viewport={"width": 1280, "height": 860})
    for place in ("h1", "#gate", "#headline", ".phases li:last-child .chip"):
        box = page.locator(place).bounding_box()
        assert box["y"] + box["height"] <= 860


def test_the_keyboard_reaches_the_matrix_first(open_page):
    page = open_page("rich", viewport={"width": 1280, "height": 860})
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.url.endswith("#matrix")
    assert page.evaluate("document.activeElement.id") == "matrix"


def test_paper_shows_what_is_folded_on_screen(open_page):
    page = open_page("rich")
    page.emulate_media(media="print")
    assert page.locator("#aspect-7\\.4-performance li").is_visible()
    assert not page.locator(".contents").is_visible()
