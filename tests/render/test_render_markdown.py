"""The Markdown page: complete, small enough for a step's summary, and inert."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import samples
from golden_files import check

from pytest_iso23053.assurance.report import Finding, Gap
from pytest_iso23053.render.markdown import LIMIT, render_markdown
from pytest_iso23053.render.markdown_text import code, prose

cmarkgfm = pytest.importorskip("cmarkgfm", reason="pip install cmarkgfm")


@pytest.mark.parametrize("name", ["rich", "empty", "clean"])
def test_small_reports(name):
    check(f"report-{name}.md", render_markdown(getattr(samples, name)()))


def test_the_gate_comes_first():
    assert render_markdown(samples.rich()).startswith("## ✗ iso23053 gate: FAILED\n")


def many(count):
    rich = samples.rich()
    sentence = "failure in the Verification & Validation process to detect adversarial evasion: " + "x " * 200
    findings = [Finding(str(n), "failure", "high", "7.4/x", "m", f"t.py::t[{n}]", sentence) for n in range(count)]
    tests = [samples.test(f"t.py::t[{n}]", "failed", "7.4/x", reason="y" * 500) for n in range(count)]
    return replace(
        rich,
        findings=tuple(findings),
        tests=tuple(tests),
        waivers=rich.waivers * count,
        gaps=tuple(Gap("7.4", f"item {n}", "z" * 400) for n in range(count)),
        not_applicable=rich.not_applicable * count,
        outside_catalogue=rich.outside_catalogue * count,
        notes=tuple(f"note {n} " + "w" * 1_000 for n in range(count)),
    )


@pytest.mark.parametrize("count", [10, 300, 5_000])
def test_a_large_report_is_cut_by_section_and_says_what_was_cut(count):
    text = render_markdown(many(count))
    assert len(text.encode()) <= LIMIT
    for title in ("Findings", "Tests that did not pass", "Waivers", "Gaps", "Notes"):
        assert f"### {title}\n" in text
    head = text.partition("\n### ")[0]
    assert ("> Cut to fit: " in head) == (count > 10)
    if count == 5_000:
        assert re.search(r"\d+\u00a0findings of «Findings»", head)
        shown = len(re.findall(r"^- \*\*high", text, re.MULTILINE))
        assert f"- … and {count - shown}\u00a0findings more" in text


LINKED = re.compile("[@#$:]|www|gh-", re.IGNORECASE)
WORDS = (
    "a@b.example", "@octocat", "#12", "org/repo#12", "GH-12", "https://x.example", "www.x.example", ":tada:", "$x$",
    "mailto:a@b.example", "(see https://x.example).", "<https://x.example>", "x@y.example,",
)  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_what_github_links_by_itself_is_code(word):
    options = cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE
    html = cmarkgfm.github_flavored_markdown_to_html(f"- {prose(f'see {word} there')}", options=options)
    assert "<a" not in html
    assert not LINKED.search(re.sub("<code>.*?</code>", "", html))


@pytest.mark.parametrize("text", ["`", "``", "a`b", "`a`", " a ", "", "a|b", "\\", "\\|", "a\\", "***", "<b>"])
@pytest.mark.parametrize("spell", [code, prose])
def test_text_is_shown_as_it_is_also_in_a_table(text, spell):
    page = f"| x |\n| --- |\n| {spell(text)} |\n"
    html = cmarkgfm.github_flavored_markdown_to_html(page)
    cell = re.search("<td>(.*?)</td>", html, re.DOTALL)[1]
    plain = re.sub("</?code>", "", cell).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert plain.strip() == text.strip()
