"""The short sections on claims and threats: what is wrong is named, the rest is counted."""

from __future__ import annotations

from dataclasses import replace

from samples import clean

from pytest_iso23053.assurance.report import ClaimVerdict, ThreatCell, ThreatVerdict
from pytest_iso23053.render.terminal import render_terminal


def claim(status, identifier="evasion", **more):
    fields = {
        "phase": "V&V", "question": "?", "answer": "yes", "who": "cto", "control": "", "evidence": "",
        "about": ("7.4/robustness",), "measures": (), "threats": (), "verdict": "failed",
        "verdicts": {"7.4/robustness": "failed"},
    } | more  # fmt: skip
    return ClaimVerdict(identifier, status=status, **fields)


def threat(*states, in_scope=True, identifier="AML.T0015"):
    cells = tuple(ThreatCell(f"7.{place}", state, "untested") for place, state in enumerate(states, start=2))
    return ThreatVerdict(identifier, "Evade AI Model", "MITRE ATLAS", "5.6.1", in_scope, "", cells)


def rendered(**more):
    return "\n".join(render_terminal(replace(clean(), **more), width=100, colour=False))


def test_nothing_is_said_where_nothing_was_asked():
    said = rendered(claims=(), threats=(threat("tested", in_scope=False),))
    assert "Claims" not in said
    assert "Threats" not in said


def test_broken_claims_are_named_first():
    said = rendered(
        claims=(
            claim("claimed and demonstrated", "fine"),
            claim("claimed but untested", "silent", verdict="untested", verdicts={}, who="", answer="partial"),
            claim("claimed but failed", waivers=("W1",)),
        )
    )
    assert "Claims against evidence · 3 questions" in said
    assert "1 claimed but failed, 1 claimed but untested, 1 claimed and demonstrated" in said
    failed = said.index("claimed but failed: evasion, who: cto (7.4/robustness failed; waived by W1)")
    assert failed < said.index("claimed in part but untested: silent, who: nobody named (untested)")
    assert "fine," not in said


def test_the_list_is_bounded():
    said = rendered(claims=tuple(claim("claimed but failed", f"q{place}") for place in range(30)))
    assert said.count("claimed but failed: ") == 6
    assert "and 24 more" in said


def test_threats_are_counted_by_place_and_the_open_ones_named_with_their_edition():
    said = rendered(
        threats=(threat("tested", "failed", "untested", "waived"), threat("tested", in_scope=False, identifier="ML01"))
    )
    assert "Threats in scope · 1 threat in 4 places" in said
    assert "1 failed, 1 untested, 1 waived, 1 tested" in said
    assert "failed: AML.T0015 Evade AI Model (MITRE ATLAS 5.6.1) in 7.3" in said
    assert "untested: AML.T0015 Evade AI Model (MITRE ATLAS 5.6.1) in 7.4" in said
    assert "named by tests and not in scope: ML01" in said


def test_what_somebody_wrote_cannot_repaint_a_terminal():
    assert "\x1b" not in rendered(claims=(claim("claimed but failed", who="\x1b[31mme\u202e"),))
