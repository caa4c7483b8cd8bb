"""Aspects that are judged from all records together, after the fold; no test can demonstrate them by itself.

Nothing to judge → untested; one not met → failed; one undecided → inconclusive; some unjudged → partial; else
demonstrated. A waiver that names the aspect (or its clause) and the tests that judged it covers it like any other.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance import threat_matrix, verdict
from pytest_iso23053.assurance.matrix import ComputedVerdict
from pytest_iso23053.assurance.requirements import ROLES, applies
from pytest_iso23053.assurance.wording import some
from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pytest_iso23053.assurance.policy import Requirement
    from pytest_iso23053.assurance.report import TestRecord, ThreatVerdict
    from pytest_iso23053.assurance.waivers import WaiverBook
    from pytest_iso23053.catalogue.model import Catalogue

MODEL = "model"
MET, NOT_MET, UNDECIDED, UNJUDGED = "met", "not met", "inconclusive", "not judged"
_OF_THREAT = {
    threat_matrix.TESTED: MET,
    threat_matrix.FAILED: NOT_MET,
    threat_matrix.UNDECIDED: UNDECIDED,
    threat_matrix.UNTESTED: UNJUDGED,
}
_LEAST = frozenset({">=", ">"})
_STRICT = frozenset({">", "<"})


@dataclass(frozen=True)
class Facts:
    """What the computed aspects are judged from."""

    records: Sequence[TestRecord]
    book: WaiverBook
    requirements: Sequence[Requirement] = ()
    models: Sequence[str] = ()
    roles: Mapping[str, str] = field(default_factory=dict)  # data set → train, test, reference or production
    threats: Sequence[ThreatVerdict] = ()


def compute(catalogue: Catalogue, facts: Facts) -> dict[str, ComputedVerdict]:
    """Judge every computed aspect of the catalogue, by reference."""
    return {
        f"{clause.id}/{aspect.id}": RULES.get(aspect.computed, _unknown)(facts, f"{clause.id}/{aspect.id}")
        for clause in catalogue.clauses()
        for aspect in clause.aspects
        if aspect.computed is not None
    }


def _unknown(facts: Facts, reference: str) -> ComputedVerdict:  # noqa: ARG001 - the signature of a rule
    known = ", ".join(sorted(RULES))
    return ComputedVerdict(verdict.UNTESTED, f"the catalogue names a rule for it that is not known here ({known} are)")


def _threats_covered(facts: Facts, reference: str) -> ComputedVerdict:  # noqa: ARG001 - the signature of a rule
    """Every threat in scope is tested in each of its places, or accepted there by an owned waiver in date."""
    cells = [(f"{each.id} in {cell.place}", cell) for each in facts.threats if each.in_scope for cell in each.cells]
    if not cells:
        return ComputedVerdict(verdict.UNTESTED, "no list of threats is configured")
    answers = [_OF_THREAT[cell.state] for _, cell in cells if cell.state != threat_matrix.WAIVED]
    waived = len(cells) - len(answers)
    parts = [f"{answers.count(MET)} of {len(cells)} tested"] + ([f"{waived} waived"] if waived else [])
    for state in (threat_matrix.FAILED, threat_matrix.UNDECIDED, threat_matrix.UNTESTED):
        named = [name for name, cell in cells if cell.state == state]
        if named:
            parts.append(f"{state}: {some(named)}")
    tests = tuple(sorted({nodeid for _, cell in cells for nodeid in cell.tests}))
    return ComputedVerdict(_fold(answers, bool(waived)), "; ".join(parts), tests)


def _waivers_owned(facts: Facts, reference: str) -> ComputedVerdict:  # noqa: ARG001 - the signature of a rule
    waivers, expired = facts.book.waivers, facts.book.expired
    if not waivers:
        return ComputedVerdict(verdict.UNTESTED, "there is no waiver to own")
    if expired:
        ended = "; ".join(f"{each.id} ended on {each.expires.isoformat()} (owner {each.owner})" for each in expired)
        return ComputedVerdict(verdict.FAILED, f"waivers that are no longer in date: {ended}")
    unowned = [waiver.id for waiver in waivers if not waiver.owner.strip()]
    if unowned:
        return ComputedVerdict(verdict.FAILED, f"waivers without an owner: {', '.join(unowned)}")
    return ComputedVerdict(verdict.DEMONSTRATED, f"every waiver ({len(waivers)}) has an owner and is in date")


@dataclass(frozen=True)
class _Question:
    """One requirement on one model; the data's own measures have none."""

    requirement: Requirement
    model: str | None
    answer: str
    witnesses: tuple[str, ...]  # the tests whose judgement gave the answer

    def __str__(self) -> str:
        limit = f"{self.requirement.key} {self.requirement.operator} {self.requirement.limit:g}"
        about = self.model or self.requirement.dataset
        return f"{limit} on {about}" if about else limit


def _requirements(facts: Facts, reference: str) -> ComputedVerdict:
    """Every entry of the configured requirements was judged, and met, at a limit at least as strict."""
    if not facts.requirements:
        return ComputedVerdict(verdict.UNTESTED, "no requirement is configured")
    questions = [question for requirement in facts.requirements for question in _questions(requirement, facts)]
    covered = [(question, _cover(question, facts.book, reference)) for question in questions]
    waived = [question for question, cover in covered if cover and facts.book.enabled]
    found = _fold([question.answer for question in questions if question not in waived], bool(waived))
    used: dict[str, set[str]] = {}
    for _, cover in covered:
        for nodeid, waiver in cover.items():
            used.setdefault(waiver, set()).add(nodeid)
    tests = tuple(sorted({nodeid for question in questions for nodeid in question.witnesses}))
    by_waiver = {waiver: tuple(sorted(nodeids)) for waiver, nodeids in used.items()}
    return ComputedVerdict(found, _account(questions, waived), tests, by_waiver)


def _fold(answers: Sequence[str], waived: bool) -> str:
    rows = (
        (verdict.FAILED, NOT_MET in answers),
        (verdict.INCONCLUSIVE, UNDECIDED in answers),
        # Not one requirement was judged: there is nothing partial about it.
        (verdict.UNTESTED, not waived and all(answer == UNJUDGED for answer in answers)),
        (verdict.PARTIAL, UNJUDGED in answers),
        (verdict.WAIVED, waived),
    )
    return next((found for found, it_applies in rows if it_applies), verdict.DEMONSTRATED)


def _cover(question: _Question, book: WaiverBook, reference: str) -> dict[str, str]:
    """Return the waiver of each test that judged an unmet requirement, where all of them have one for this aspect."""
    if question.answer not in (NOT_MET, UNDECIDED):
        return {}
    found = {nodeid: book.would_be_covering(nodeid, reference) for nodeid in question.witnesses}
    covered = {nodeid: waiver.id for nodeid, waiver in found.items() if waiver is not None}
    return covered if len(covered) == len(found) else {}


def _account(questions: Sequence[_Question], waived: Sequence[_Question]) -> str:
    met = sum(question.answer == MET for question in questions)
    parts = [f"{met} of {len(questions)} met"]
    for answer in (NOT_MET, UNDECIDED, UNJUDGED):
        named = [str(question) for question in questions if question.answer == answer and question not in waived]
        if named:
            parts.append(f"{answer}: {', '.join(named)}")
    if waived:
        parts.append(f"waived: {', '.join(map(str, waived))}")
    return "; ".join(parts)


@dataclass(frozen=True)
class _Witness:
    nodeid: str
    models: frozenset[str]
    operator: str
    limit: float
    judgement: str


def _questions(requirement: Requirement, facts: Facts) -> Iterator[_Question]:
    witnesses = list(_witnesses(requirement, facts))
    models: Sequence[str | None] = (requirement.model,) if requirement.model else tuple(facts.models)
    about_data = all(not witness.models for witness in witnesses) and bool(witnesses)
    if not models or about_data:
        models = (requirement.model,)
    for model in models:
        heard = [witness for witness in witnesses if about_data or model is None or model in witness.models]
        answer, nodeids = _answer(requirement, heard)
        yield _Question(requirement, model, answer, nodeids)


def _witnesses(requirement: Requirement, facts: Facts) -> Iterator[_Witness]:
    """Find the judgements on a requirement's measure, parameters and subject, at whatever limit."""
    lower = requirement.operator in _LEAST
    for record in facts.records:
        for found in record.measurements:
            limit, operator = found.get("limit"), str(found.get("operator"))
            if found.get("judgement") is None or not isinstance(limit, (int, float)) or (operator in _LEAST) != lower:
                continue
            subjects = [str(subject) for subject in found.get("subjects") or ()]
            if _is_about(requirement, found, subjects, facts):
                models = frozenset(subjects) & (frozenset(facts.models) | {requirement.model or ""})
                yield _Witness(record.nodeid, models, operator, float(limit), str(found["judgement"]))


def _is_about(requirement: Requirement, found: Mapping[str, Any], subjects: Sequence[str], facts: Facts) -> bool:
    """Tell whether a record speaks about a requirement's subject, and not about some other model or data set.

    Where subjects are configured, a record that names none of the models must be about their data alone: another name
    may be another model.
    """
    roles = [MODEL if name in facts.models else facts.roles.get(name, name) for name in subjects]
    configured = bool(facts.models or facts.roles)
    stranger = configured and MODEL not in roles and any(role not in ROLES for role in roles)
    return not stranger and applies(
        requirement,
        measure=str(found.get("measure")),
        params=found.get("params") or {},
        subjects=subjects,
        roles=roles,
    )


def _answer(requirement: Requirement, witnesses: Sequence[_Witness]) -> tuple[str, tuple[str, ...]]:
    """Weigh the judgements: what is met at a stricter limit is met here, what is not met at a looser one is not.

    A stricter limit that was not met answers only where nothing else does.
    """
    stricter_unmet, answers = [], []
    for witness in witnesses:
        side = _compared(requirement, witness)
        if witness.judgement == MET:
            answers += [witness] if side >= 0 else []
        elif side > 0:
            stricter_unmet.append(witness)
        else:
            answers.append(witness)
    for heard in (answers, stricter_unmet):
        for answer in (NOT_MET, UNDECIDED, MET):
            nodeids = {witness.nodeid for witness in heard if witness.judgement == answer}
            if nodeids:
                return answer, tuple(sorted(nodeids))
    return UNJUDGED, ()


def _compared(requirement: Requirement, witness: _Witness) -> int:
    """Return 1 where the witness judged at a stricter limit than required, 0 at the same one, -1 at a looser one."""
    higher = witness.limit > requirement.limit
    if witness.limit != requirement.limit:
        return 1 if higher == (requirement.operator in _LEAST) else -1
    return (witness.operator in _STRICT) - (requirement.operator in _STRICT)


RULES: dict[str, Callable[[Facts, str], ComputedVerdict]] = {
    "requirements": _requirements,
    "threats-covered": _threats_covered,
    "waivers-owned": _waivers_owned,
}
