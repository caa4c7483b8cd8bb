"""The page judged by axe-core at WCAG 2.2 AA, walked with the keyboard alone, and looked at on screens and on paper."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

AXE = Path(__file__).parent / "vendored" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCREENS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}},
}
UNFOLD = "document.querySelectorAll('details').forEach(found => found.open = true)"
# Of everything that is built of the same, the first three: colours come from classes alone.
THIN = """() => {
    const form = node => `${node.tagName}.${node.getAttribute("class")}` + (
        node.tagName === "svg" ? "" : [...new Set([...node.children].map(form))].join(""));
    for (const section of document.querySelectorAll("main > section")) {
        const seen = {};
        for (const each of section.querySelectorAll("tbody > tr, li")) {
            const found = form(each);
            seen[found] = (seen[found] || 0) + 1;
            if (seen[found] > 3) each.remove();
        }
    }
}"""
RUN = """async only => {
    const options = { ...only, resultTypes: ["violations"], preload: false };
    const found = await axe.run(document, options);
    const told = each => [each.id, each.help, ...each.nodes.slice(0, 3).map(node => node.html.slice(0, 160))];
    return { broken: found.violations.map(told), open: found.incomplete.map(told), held: found.passes.length };
}"""
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}}
COLOURS = {"runOnly": {"type": "rule", "values": COLOUR_RULES}}
ALL_BUT_COLOURS = {**EVERYTHING, "rules": {rule: {"enabled": False} for rule in COLOUR_RULES}}


def test_axe_is_in_no_wheel():
    project = tomllib.loads((AXE.parents[3] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"] == [
        "src/pytest_iso23053",
        "example_project",
    ]
    assert (
        (AXE.parent / "axe.LICENSE.txt").read_text(encoding="utf-8").startswith("Mozilla Public License, version 2.0")
    )


def opened_for_axe(open_page, name, screen="light"):
    page = open_page(name, bypass_csp=True, **SCREENS[screen])
    page.evaluate(UNFOLD)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page


def held(page, only):
    found = page.evaluate(RUN, only)
    assert found["broken"] == []
    return found["held"]


@pytest.mark.parametrize("name", ["showcase", "empty"])
def test_axe_finds_nothing_in_light_in_the_dark_and_on_a_phone(open_page, name):
    page = opened_for_axe(open_page, name)
    assert held(page, EVERYTHING) > 10
    page.emulate_media(color_scheme="dark")
    assert held(page, COLOURS)
    page.set_viewport_size(SCREENS["phone"]["viewport"])
    page.emulate_media(color_scheme="light")
    assert held(page, EVERYTHING) > 10


def test_axe_finds_nothing_in_the_report_of_a_real_run_neither_in_light_nor_in_the_dark(open_page):
    page = opened_for_axe(open_page, "attacked")
    found = page.evaluate(RUN, ALL_BUT_COLOURS)
    assert found["broken"] == []
    assert found["held"] > 10
    assert "aria-prohibited-attr" not in {each[0] for each in found["open"]}
    page.evaluate(THIN)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert held(page, COLOURS)


@pytest.mark.parametrize(("screen", "colour"), [("light", "#999"), ("dark", "#555")])
def test_axe_would_find_a_colour_that_is_too_faint(open_page, screen, colour):
    page = opened_for_axe(open_page, "empty", screen)
    page.evaluate("colour => { document.querySelector('.kicker').style.color = colour }", colour)
    assert [broken[0] for broken in page.evaluate(RUN, COLOURS)["broken"]] == ["color-contrast"]


def test_axe_would_find_what_is_missing(open_page):
    page = opened_for_axe(open_page, "empty")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert [broken[0] for broken in page.evaluate(RUN, EVERYTHING)["broken"]] == ["html-has-lang"]


LOOKS = """() => [...document.body.querySelectorAll("*")].filter(each => each.tagName !== "SCRIPT").map(each => {
    const now = getComputedStyle(each), box = each.getBoundingClientRect();
    const said = [now.color, now.backgroundColor, now.font, now.display, now.outline, box.width, box.height];
    return [each.tagName, each.className.baseVal ?? each.className, ...said].join(" ");
})"""


@pytest.mark.parametrize("screen", SCREENS)
def test_a_folder_looks_as_the_file_does(open_page, screen):
    """So that whatever holds of the one holds of the other."""
    looks = [open_page(name, **SCREENS[screen]).evaluate(LOOKS) for name in ("showcase", "showcase/")]
    assert len(looks[0]) > 1_000
    assert looks[0] == looks[1]


REACHABLE = """() => [...document.querySelectorAll(
    "a[href], button:not(:disabled), input, select, summary, [tabindex='0']"
)].filter(each => each.checkVisibility({ visibilityProperty: true }))"""
WATCH = """() => {
    window.seen = [];
    document.addEventListener("focusin", event => {
        const style = getComputedStyle(event.target);
        seen.push([reachable.indexOf(event.target), style.outlineStyle + " " + style.outlineWidth]);
    });
}"""


@pytest.mark.parametrize("name", ["showcase", "empty"])
def test_the_keyboard_reaches_every_control_in_order_and_shows_where_it_is(open_page, name):
    page = open_page(name, **SCREENS["light"])
    page.evaluate(UNFOLD)
    count = page.evaluate(f"(window.reachable = ({REACHABLE})()).length")
    page.evaluate(WATCH)
    for _ in range(count):
        page.keyboard.press("Tab")
    seen = page.evaluate("window.seen")
    assert [place for place, _ in seen] == list(range(count))
    assert {shown for _, shown in seen} == {"solid 3px"}
    assert name == "empty" or count > 60


def test_details_open_and_close_by_keys(open_page):
    page = open_page("showcase", **SCREENS["light"])
    summary = page.locator("#aspect-7\\.4-performance summary")
    listed = page.locator("#aspect-7\\.4-performance details li")
    summary.focus()
    for key, is_open in (("Enter", True), ("Enter", False), ("Space", True)):
        page.keyboard.press(key)
        assert listed.is_visible() is is_open


def test_what_is_searched_for_is_shown_alone_and_said(open_page):
    page = open_page("showcase", **SCREENS["light"])
    page.locator("#filter-text").focus()
    page.keyboard.type("EVASION credit")
    assert page.locator("#findings .findings > li:visible").count() == 1
    assert page.locator("#aspect-7\\.4-robustness").is_visible()
    assert not page.locator("#aspect-7\\.4-fairness").is_visible()
    assert not page.locator("#clause-7\\.2").is_visible()
    assert "Filtered: " in page.locator("#filter-said").inner_text()
    assert "those of the whole run" in page.locator("#filter-said").inner_text()
    page.keyboard.press("Tab")  # status
    page.keyboard.press("Tab")  # model
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "filter-clear"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "filter-text"
    assert page.locator("#clause-7\\.2").is_visible()
    assert page.locator("#filter-said").inner_text() == ""


def test_a_status_is_chosen_by_keys(open_page):
    page = open_page("showcase", **SCREENS["light"])
    page.locator("#filter-word").focus()
    options = page.locator("#filter-word option").all_inner_texts()
    assert options[0] == "every status"
    assert options[1].startswith("claimed but failed (1)")  # what is wrong stands first
    assert any(option.startswith("expired (") for option in options)
    page.keyboard.type("inconclusive")
    page.keyboard.press("Enter")
    shown = page.locator("main tbody tr:not(.group):not(.overview tr):visible").all_inner_texts()
    assert shown
    assert all("inconclusive" in text for text in shown)


def test_a_model_is_chosen(open_page):
    page = open_page("showcase", **SCREENS["light"])
    page.locator("#filter-model").select_option(label="credit (retrained)")
    texts = page.locator("#measurements tbody tr:not(.group):visible").all_inner_texts()
    assert any("on credit (retrained), test" in text for text in texts)
    assert not any("on credit, test" in text for text in texts)
    assert any("on train" in text for text in texts)  # names no model
    assert page.locator(".by-model li:visible").inner_text().split() == ["credit", "(retrained):", "1", "passed"]
    assert "what names no model is shown with credit (retrained)" in page.locator("#filter-said").inner_text()


def test_a_link_into_what_is_filtered_away_shows_it_again(open_page):
    page = open_page("showcase", **SCREENS["light"])
    page.locator("#filter-text").fill("nothing has these words")
    assert page.locator("main .clause:visible").count() == 0
    shown = page.evaluate("getComputedStyle(document.querySelector('#findings'), '::after').content")
    assert shown == '"Nothing here matches the filter."'
    page.locator(".phases a[href='#phase-7\\.4']").click()
    page.wait_for_function("document.querySelector('#filter-text').value === ''")
    assert page.locator("#clause-7\\.4").is_visible()


def test_tables_are_sorted_by_keys_and_back(open_page):
    page = open_page("showcase", **SCREENS["light"])
    head = page.locator("#waivers table:first-of-type thead th").nth(2)
    ends = page.locator("#waivers table:first-of-type tbody td[data-label=Ends]")
    original = ends.all_inner_texts()
    head.locator("button").focus()
    for key, order, expected in (
        ("Enter", "ascending", sorted(original)),
        ("Space", "descending", sorted(original, reverse=True)),
        ("Enter", None, original),
    ):
        page.keyboard.press(key)
        assert head.get_attribute("aria-sort") == order
        assert ends.all_inner_texts() == expected


def test_numbers_are_sorted_as_numbers_and_verdicts_by_what_is_worse(open_page):
    page = open_page("showcase", **SCREENS["light"])
    page.locator("#clause-7\\.4 thead button").nth(1).click()
    verdicts = page.locator("#clause-7\\.4 tbody tr > td:nth-child(2)").all_inner_texts()
    assert verdicts == ["failed", "failed", "waived", "demonstrated", "demonstrated"]
    page.locator("#measurements thead button").nth(1).click()
    group = page.locator("#measurements tbody", has_text="7.4/robustness")
    assert group.locator(".figure").all_inner_texts() == ["0.03", "0.094", "0.315"]
    assert group.locator("tr").first.get_attribute("class") == "group"


@pytest.mark.parametrize(("name", "files"), [("showcase", 1), ("showcase/", 3)])
def test_it_works_from_a_disk_and_asks_for_nothing_else(open_page, name, files):
    page = open_page(name, **SCREENS["light"])
    assert page.messages == []
    assert page.locator("#filter").is_visible()
    assert len(page.requested) == files
    assert all(url.startswith("file://") for url in page.requested)


JENKINS = "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self';"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


def test_jenkins_shows_the_folder_styled_and_whole(browser, pages):
    context = browser.new_context(**SCREENS["light"])
    page = context.new_page()

    def serve(route):
        path = pages / "showcase" / route.request.url.rpartition("/")[2]
        headers = {"Content-Security-Policy": JENKINS, "Content-Type": TYPES[path.suffix]}
        route.fulfill(body=path.read_text(encoding="utf-8"), headers=headers)

    page.route("https://jenkins.example/**", serve)
    page.goto("https://jenkins.example/job/report/index.html")
    assert page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(245, 246, 248)"
    assert page.locator("h1").evaluate("each => getComputedStyle(each).fontSize") == "32px"
    assert not page.locator("#filter").is_visible()
    assert not page.locator("thead button").count()
    page.locator("#aspect-7\\.4-performance summary").click()
    assert page.locator("#aspect-7\\.4-performance details li").is_visible()
    context.close()


def test_without_a_script_there_is_nothing_that_does_nothing(open_page):
    page = open_page("showcase", java_script_enabled=False, **SCREENS["light"])
    for place in ("#filter", "button", "input", "select"):
        assert page.locator(f"{place}:visible").count() == 0
    assert page.locator("#clause-7\\.4").is_visible()


def test_on_paper_a_filter_is_told_and_no_control_is_printed(open_page):
    page = open_page("showcase", **SCREENS["light"])
    page.emulate_media(media="print")
    assert not page.locator("#filter").is_visible()
    page.locator("#filter-text").evaluate("field => { field.value = 'drift'; field.dispatchEvent(new Event('input')) }")
    assert page.locator("#filter-said").is_visible()
    assert not page.locator("#filter-text").is_visible()


def test_it_can_be_looked_at(open_page, tmp_path):
    """Leaves pictures in the test's folder, to be looked at after a change to the style."""
    page = open_page("showcase")
    for screen, options in {**SCREENS, "paper": {"viewport": {"width": 794, "height": 1123}}}.items():
        page.set_viewport_size(options["viewport"])
        page.emulate_media(
            media="print" if screen == "paper" else "screen", color_scheme=options.get("color_scheme", "light")
        )
        picture = tmp_path / f"{screen}.jpg"
        page.screenshot(path=picture, full_page=True, type="jpeg", quality=80)
        assert picture.stat().st_size > 100_000
        assert page.evaluate("document.documentElement.scrollWidth") <= options["viewport"]["width"]
