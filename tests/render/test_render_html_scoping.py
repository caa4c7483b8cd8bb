"""Claims, threats and changes on the page: what is wrong stands first, each state with its word."""

from __future__ import annotations

from dataclasses import replace

import samples
from markup import Markup, is_inert

from pytest_iso23053.assurance.report import Change, ClaimVerdict, ThreatCell, ThreatVerdict
from pytest_iso23053.render.html import render_html
from pytest_iso23053.render.html_scoping import scoping_view


def claim(status: str, **more) -> ClaimVerdict:
    said = {"phase": "7.4", "question": "Is it?", "answer": "yes", "who": "", "control": "", "evidence": ""}
    rest = {"about": ("7.4/robustness",), "measures": (), "threats": (), "verdict": "failed"}
    return ClaimVerdict(
        **({"id": status, "status": status, "verdicts": {"7.4/robustness": "failed"}} | said | rest | more)
    )


EVADE = ThreatVerdict(
    "AML.T0015", "Evade", "MITRE ATLAS", "5.6.0", True, "served",
    (ThreatCell("7.4", "tested", "demonstrated", ("a", "b")), ThreatCell("7.5", "untested", "untested")),
)  # fmt: skip
POISON = ThreatVerdict(
    "AML.T0020", "Poison", "MITRE ATLAS", "5.6.0", False, "",
    (ThreatCell("7.2>7.3", "failed", "failed", ("a",)), ThreatCell("7.4", "waived", "waived", ("a",), ("W1",))),
)  # fmt: skip


def report(**more):
    return replace(samples.rich(), **{"claims": (), "threats": (), "changes": ()} | more)


def test_nothing_was_claimed_and_no_threat_is_in_scope():
    page = render_html(report())
    assert all(f'id="{section}"' not in page for section in ("claims", "threats", "changes"))


def test_claims_that_failed_stand_first():
    claims = tuple(map(claim, ("claimed and demonstrated", "no answer", "claimed but failed", "of a later version")))
    view = scoping_view(report(claims=claims))
    assert [each.claim.status for each in view.claims] == [
        "of a later version", "claimed but failed", "no answer", "claimed and demonstrated",
    ]  # fmt: skip
    assert [each.mark.tone for each in view.claims] == ["none", "bad", "none", "good"]


def test_the_matrix_of_threats_has_a_column_for_each_place_and_boundaries_last():
    view = scoping_view(report(threats=(POISON, EVADE)))
    assert view.places == ("7.4", "7.5", "7.2>7.3")
    assert [threat.id for threat in view.threats] == ["AML.T0015", "AML.T0020"]
    assert [cell and cell[1].word for cell in view.threats[0].cells] == ["tested", "untested", None]
    assert [cell and cell[1].word for cell in view.threats[1].cells] == ["waived", None, "failed"]
    assert [(count, mark.word) for count, mark in view.threat_counts] == [
        (1, "failed"), (1, "untested"), (1, "waived"), (1, "tested"),
    ]  # fmt: skip


def test_the_sections_are_on_the_page_and_in_its_contents():
    page = render_html(report(
        claims=(claim("claimed but failed", who="red@x.example", control="training", waivers=("W1",)),),
        threats=(EVADE, POISON),
        changes=(Change("lost coverage", "7.4", "7.4 was demonstrated"), Change("lost test", "t", "gone", fails=False)),
    ))  # fmt: skip
    for section in ("claims", "threats", "changes"):
        assert f'<a href="#{section}">' in page
        assert f'<section id="{section}"' in page
    assert "waived by W1" in page
    assert "told alone" in page
    assert is_inert(page)


def test_hostile_words_stay_words():
    evil = "<script>alert(1)</script>"
    threat = replace(EVADE, id=evil, title=evil, reason=evil, cells=(ThreatCell(evil, evil, evil, (evil,), (evil,)),))
    claims = (claim(evil, who=evil, control=evil, question=evil, answer=evil, verdicts={evil: evil}, waivers=(evil,)),)
    page = render_html(report(claims=claims, threats=(threat,), changes=(Change(evil, evil, evil),)))
    assert Markup(page).all("script") == [{}]  # our own
    assert is_inert(page)


def test_long_lists_are_cut_and_say_so():
    page = render_html(report(changes=tuple(Change("lost test", str(n), f"test {n}") for n in range(501))))
    assert "and 1 more changes" in page
