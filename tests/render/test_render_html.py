from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import samples
from golden_files import check
from markup import Markup, is_inert

from pytest_iso23053.assurance.report import ClauseVerdict, PhaseVerdict, Summary, TestRecord
from pytest_iso23053.render import facts
from pytest_iso23053.render import html as html_module
from pytest_iso23053.render.html import render_html
from pytest_iso23053.render.html_matrix import anchor

SAMPLES = {"rich": samples.rich, "empty": samples.empty, "clean": samples.clean, "hostile": samples.hostile}
FORBIDDEN = re.compile(r"\b(compliant|certified|secure|robust)\b", re.IGNORECASE)

SCRIPT = Path(html_module.__file__).parent / "templates" / "report.js"

every_sample = pytest.mark.parametrize("name", SAMPLES)


@cache
def page(name):
    return render_html(SAMPLES[name]())


@cache
def markup(name):
    return Markup(page(name))


@pytest.mark.parametrize("name", ["rich", "empty"])
def test_the_page(name):
    check(f"report-{name}.html", page(name))


@every_sample
def test_the_page_is_one_file_that_runs_nothing_foreign_and_asks_for_nothing(name):
    found = markup(name)
    assert not found.tags & {"link", "img", "iframe", "object", "embed", "form", "base", "image"}
    assert found.all("script") == [{}]
    for attribute, value in found.attributes:
        assert not attribute.startswith("on")
        assert attribute not in {"src", "srcset", "style", "action", "formaction", "xlink:href"}
        if attribute == "href":
            assert value.startswith("#")
    styles = page(name).partition("<style>")[2].partition("</style>")[0]
    assert not re.search(r"url\(|@import|expression|//", styles)
    policy = next(meta["content"] for meta in found.all("meta") if meta.get("http-equiv"))
    script = page(name).partition("<script>")[2].partition("</script>")[0]
    assert policy.startswith(f"default-src 'none'; style-src '{digest(styles)}'; script-src '{digest(script)}'; ")


def digest(text):
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def test_the_script_writes_no_markup_and_asks_for_nothing():
    script = SCRIPT.read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(|fetch|XMLHttp|import", script
    )
    assert "</" not in script
    assert len(script) < 8000


@every_sample
def test_the_page_is_valid_utf8_without_control_characters(name):
    page(name).encode("utf-8")
    assert is_inert(page(name))


@every_sample
def test_the_page_can_be_walked_without_eyes(name):
    found = markup(name)
    assert found.all("html") == [{"lang": "en"}]
    assert [len(found.all(tag)) for tag in ("main", "h1", "footer", "title")] == [1, 1, 1, 1]
    assert len(found.all("caption")) == len(found.all("table"))
    assert all(header.get("scope") for header in found.all("th"))
    assert all(label.get("aria-label") for label in found.all("nav"))
    assert {"class": "skip", "href": "#matrix"} in found.all("a")


@pytest.mark.parametrize("name", ["rich", "empty", "clean"])
def test_every_link_has_its_target_and_every_target_is_one(name):
    targets = [value for attribute, value in markup(name).attributes if attribute == "id"]
    assert len(targets) == len(set(targets))
    links = {value[1:] for attribute, value in markup(name).attributes if attribute == "href"}
    assert links <= set(targets)
    labels = {value for attribute, value in markup(name).attributes if attribute == "aria-labelledby"}
    assert labels <= set(targets)


def test_clauses_aspects_and_boundaries_can_be_linked_to():
    targets = {value for attribute, value in markup("rich").attributes if attribute == "id"}
    assert {"clause-7.4", "aspect-7.4-fairness", "boundary-7.2-7.3", "phase-8.2-8.5"} <= targets


def test_identifiers_are_safe_and_stay_apart():
    assert anchor("clause", "7.4") == "clause-7.4"
    one, two = anchor("clause", "7 4"), anchor("clause", "7\u00a04")
    assert one != two
    assert re.fullmatch(r"[A-Za-z0-9._-]+", anchor("clause", samples.HOSTILE))
    assert len(anchor("clause", samples.LONG)) < 80


def test_the_first_screen_answers():
    text = markup("rich").text
    first = text[: text.index("Coverage matrix Boundaries")]  # the navigation below it
    for answer in (
        "credit scoring 2.2",
        "rank consumer credit applications",
        "risk@example.org",
        "Gate: FAILED",
        "7.2>7.3 is failed",
        "47.3 % demonstrated",
        "9 of 19 required aspects in scope",
        "Waived 10.5 %",
        "Not applicable 2",
        "Boundaries demonstrated 1 of 4",
        'decide = "point"',
        "Narrowed run",
        "The run is incomplete",
        "Failed: 2 items (7.4/requirements, 7.2>7.3)",
    ):
        assert answer in first


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("passed", "Gate: PASSED … Every condition that was asked for is met."),
        ("failed", "Gate: FAILED"),
        ("incomplete", "Gate: INCOMPLETE"),
        ("not-judged", "Gate: NOT JUDGED … single tests selected"),
        ("off", "Gate: off … No gate was asked for, so none was judged."),
    ],
)
def test_the_gate_in_each_of_its_states(status, words):
    report = samples.rich(status)
    first = Markup(render_html(report)).text.partition("Coverage matrix Boundaries")[0]
    assert words.replace("…", facts.verdict_line(report).replace("\u00a0", " ")) in first
    assert ("Gravest finding" in first) == (status == "failed")


def test_the_evidence_is_there():
    text = markup("rich").text
    for evidence in (
        "roc_auc",
        "95 % interval 0.7608 to 0.8189, n = 1000",
        "limit",
        "about 1740 rows would decide",
        "9f2c" * 16,
        "1000 rows, 21 columns",
        "W1 7.4/fairness",
        "expired",
        "2026-03-31",
        "platform@example.org",
        "a production data set",
        "reproduce".capitalize(),
        "MITRE ATLAS: AML.T0020",
        "iso23053-2022:6.3, named by tests/test_credit.py::test_model_card_is_complete",
        "models/credit.pkl was loaded by its digest and was not scanned.",
        "2 of them waived",
        "7.3 alone covers no aspect",
        "2 attempts flaky",
        "roc.csv",
    ):
        assert evidence in text


def test_plots_are_small_and_stand_beside_their_numbers():
    plots = re.findall(r'<svg class="interval".*?</svg>', page("rich"))
    assert len(plots) == 7  # the measurement without a value has none
    assert all(len(plot) <= 5000 for plot in plots)


@every_sample
def test_the_report_claims_nothing_that_a_test_cannot_show(name):
    ours = page(name) if name != "hostile" else page("empty")
    assert not FORBIDDEN.search(ours)
    assert "evidence traced to clauses, not an attestation of conformity" in markup(name).text


def test_the_same_report_gives_the_same_page_and_no_time_of_its_own():
    assert render_html(samples.rich()) == page("rich")
    times = set(re.findall(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[^ <]*", page("rich")))
    assert {time.rstrip(".") for time in times} == {samples.RUN["started"]}


def test_hostile_text_is_shown_as_text():
    text = markup("hostile").text
    assert "<script>window.__pwned = 1</script>" in text
    assert r"\u202egnp.evil" in text
    assert r"\x1b[2J" in text
    assert "{{ 7 * 7 }}" in text
    assert samples.LONG not in page("hostile")
    assert "characters, sha256" in text


def many(outcome, count):
    tests = tuple(TestRecord(f"tests/test_m.py::test[{n:05}]", outcome, ("7.4/performance",)) for n in range(count))
    clean = samples.clean()
    clause: ClauseVerdict = clean.phases[0].clauses[0]
    record = samples.measurement("m", 0.5, 0.4, 0.6, limit=0.1, operator=">=", judgement="met")
    tests = tuple(replace(test, measurements=(record,)) for test in tests)
    held = replace(clause.aspects[0], counts={outcome: count}, tests=tuple(test.nodeid for test in tests))
    phases = (PhaseVerdict("7.4", clause.title, "demonstrated", (replace(clause, aspects=(held,)),)),)
    return replace(clean, phases=phases, tests=tests, summary=Summary(100.0, 0.0, None, {}, {}, {outcome: count}))


def test_the_page_does_not_grow_with_passing_tests():
    few, more = render_html(many("passed", 100)), render_html(many("passed", 5000))
    assert len(more) - len(few) < 200
    assert "4 of 5000 measurements are shown" in Markup(more).text


def test_failures_are_listed_up_to_a_bound_and_the_rest_is_counted():
    text = Markup(render_html(many("failed", 1000))).text
    assert "and 850 more tests; the JSON report lists them all" in text
    assert len(render_html(many("failed", 5000))) < 400_000
