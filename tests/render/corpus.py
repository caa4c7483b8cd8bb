"""Foreign text that attacks whoever shows it, one kind at a time, for the tests of every renderer.

`REPORTS` holds a report for each, in which every field that can hold text holds it: node ids, reasons, parameters,
units, file names, waivers, declarations, the system, notes, the gate's reasons, finding and attacker.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import samples

from pytest_iso23053.assurance.report import Change, ClaimVerdict, Report, ThreatCell, ThreatVerdict

ATTACKS = {
    "script": "<script>window.__pwned = 1</script>",
    "image": "<img src=x onerror=window.__pwned=1>",
    "svg": "<svg/onload=window.__pwned=1><animate onbegin=alert(1) attributeName=x>",
    "leaving-attributes": "\" onmouseover='window.__pwned=1' x=\"`",
    "leaving-elements": "</style></script></title></textarea></details></td></table>-->",
    "entity": "&lt;script&gt; &#x6a;avascript: &amp;amp; &nosuch;",
    "javascript-link": '<a href="javascript:alert(1)">x</a> javascript:alert(1)',
    "data-link": "data:text/html;base64,PHNjcmlwdD4= vbscript:x",
    "css": "expression(alert(1)); background:url(https://evil.example/x.png) } body{display:none",
    "template": "{{ 7 * 7 }} {% raw %} ${7*7} <%= 7*7 %> #{7*7}",
    "placeholder": "{0} {1} %s %(x)s {{0}}",
    "markdown-link": "[x](javascript:alert(1)) ![x](https://evil.example/x.png) <https://evil.example>",
    "markdown-reference": "[x][1]\n\n[1]: https://evil.example\n",
    "markdown-auto-link": "https://evil.example www.evil.example mailto:a@evil.example a@evil.example ftp://evil.example",
    "markdown-mention": "@octocat #1 GH-1 octocat/hello-world#1 :tada: $\\alpha$",
    "markdown-block": "# heading\n> quote\n- item\n1. item\n```\ncode\n```\n---\n***\n| a | b |\n| - | - |",
    "markdown-inline": "*a* _b_ **c** __d__ ~~e~~ `f` ``g`` \\`h\\` \\\\| i",
    "markdown-code": "``` ` `` a`b``c```d |e|",
    "list-opener": "- ",
    "number-opener": "1. one",
    "heading-opener": "## gate: PASSED",
    "underline": "===",
    "pipes": "a | b || c \\| d",
    "command": "::error file=x,line=1::pwned\n::set-output name=x::y\n##[command]x\n::stop-commands::x",
    "command-escapes": "100% %0A::error::x %25 %3A %2C a,b:c\r\n::warning::x",
    "ansi": "\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]8;;https://evil.example\x07link\x1b]8;;\x07\x9b31m",
    "controls": "\x00\x01\x08\x0b\x0c\x0e\x1f\x7f\x80\x85\x9f",
    "lines": "a\r\niso23053 gate: PASSED\nb\rc\x85d\u2028e\u2029f\x0bg\x0ch",
    "bidi": "\u202egnp.evil\u202c \u2066x\u2069 \u061c\u200e\u200f",
    "invisible": "a\u200bb\u2060c\ufeffd\u00ade\u180ef\U000e0041\U000e007f",
    "surrogates": "\ud800 \udfff \udc80\ud83d",
    "noncharacters": "\ufffe\uffff\ufdd0\U0001fffe\U0010ffff",
    "cdata": "]]> <![CDATA[ x ]]> <!-- x --> <?xml x?> <!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>",
    "xml": "&e; &#0; &#xFFFE; <x/>",
    "combining": "e" + "\u0301" * 300,
    "wide": "漢字かな交じり文👩‍👩‍👧‍👦🏳️‍🌈 می‌خواهم",
    "path": "../../etc/passwd C:\\Users\\x /etc/passwd file:///etc/passwd \\\\host\\share",
    "json": '"}], "gate": {"status": "passed", "x": [{"',
    "empty": "",
    "space": "   ",
    "long": "x" * 20_000,
    "all": samples.HOSTILE,
}


@cache
def report_with(attack: str) -> Report:
    """Return a report that holds one attack everywhere."""
    text = ATTACKS[attack]
    report = samples.hostile(None, text)
    finding = replace(
        report.findings[0],
        grade="failure",
        evidence={"value": 1.0, "unit": text, "params": {text: text}},
        affects=({"name": text, "sha256": text},),
        attacker=text,
        editions={text: text},
    )
    tests = tuple(replace(test, line=3) for test in report.tests)
    expired = {**report.waivers[0], "state": "expired"}
    gathered = {"cautions": [text, text], "measure_aspects": {text: text}, "day": "2026-11-23"}
    rule = {"target": text, "level": text}
    return replace(
        report,
        findings=(finding, replace(finding, grade="gap", nodeid=None), replace(finding, waiver=None, measure=None)),
        tests=tests,
        waivers=(*report.waivers, expired),
        run={
            **report.run,
            "config": text,
            "git": {"commit": text, "dirty": True, "prefix": text},
            "gathered": gathered,
            "policy": {"gate": [rule], "configured_gate": [rule, {"target": f"{text}.", "level": text}]},
            "baseline": {"system": text, "started": text, "demonstrated": 3},
        },
        claims=(_claim(text, "claimed but failed"), _claim(text, text)),
        threats=(_threat(text, "failed"), _threat(text, text)),
        changes=(Change(text, text, text), Change(text, text, text, fails=False)),
    )


def _claim(text: str, status: str) -> ClaimVerdict:
    named = (text, text)
    return ClaimVerdict(
        text, text, text, "yes", text, text, text, named, named, named, status, text, {text: text}, named, named
    )


def _threat(text: str, state: str) -> ThreatVerdict:
    cell = ThreatCell(text, state, text, (text,), (text,))
    return ThreatVerdict(text, text, text, text, in_scope=True, reason=text, cells=(cell,))
