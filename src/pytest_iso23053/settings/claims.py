"""The file of claims: what was answered to the scoping questions, checked whole before the first test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.policy import Claim
from pytest_iso23053.catalogue.questions import Question, about_in, shipped_questions
from pytest_iso23053.catalogue.resolver import UnknownReference
from pytest_iso23053.settings.files import read_toml
from pytest_iso23053.settings.locate import line_of, locate
from pytest_iso23053.settings.mistakes import Findings, KeyPath, Mistake, SettingsError, did_you_mean, key_text, shown
from pytest_iso23053.settings.plain import TooDeepError, plain
from pytest_iso23053.settings.schema import claims_schema
from pytest_iso23053.settings.shape import check_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from pytest_iso23053.catalogue.resolver import Resolver

CLAIMS_FILE = "assurance-claims.toml"
OWN_PHASE = "Questions of your own"
_SAID = ("answer", "who", "control", "evidence")
_BOUND = ("about", "measures", "threats")
_ASKED = ("question", "phase", *_BOUND)


def read_claims(
    path: Path, resolver: Resolver, measure_names: Callable[[], Collection[str]] | None = None
) -> tuple[Claim, ...]:
    """Return a claim for every question: first those that are shipped, answered or not, then those of the file's own.

    Raises
    ------
    SettingsError
        With every mistake in the file.
    """
    text, document = read_toml(path)
    findings = Findings()
    try:
        said = plain(document)
    except TooDeepError as error:
        raise SettingsError([Mistake("", str(error))], path, what="the claims") from None
    shaped = check_shape(said, findings, claims_schema()).get("claims", {})
    claims = tuple(_claims(shaped, resolver, measure_names, findings))
    if findings.found:
        lines = locate(text)
        mistakes = [Mistake(key_text(key), message, line_of(lines, key)) for key, message in findings.found]
        raise SettingsError(mistakes, path, what="the claims")
    return claims


def find_claims(configured: str | None, rootdir: Path, findings: Findings) -> Path | None:
    """Return the file of claims: the configured one, which must be there, or the usual one where it is."""
    path = rootdir / (configured or CLAIMS_FILE)
    try:
        there = path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        there = False
    if configured and not there:
        findings.add(
            ("claims",),
            f"there is no file {shown(configured)}; write it with: pytest-iso23053 scope --output {configured}",
        )
    return path if there else None


def _claims(
    said: Mapping[str, Any],
    resolver: Resolver,
    measure_names: Callable[[], Collection[str]] | None,
    findings: Findings,
) -> Iterator[Claim]:
    shipped = {question.id: question for question in shipped_questions()}
    for question in shipped.values():
        yield _shipped(question, said.get(question.id, {}), resolver, findings)
    for name, entry in said.items():
        if name in shipped:
            continue
        if "question" in entry:
            yield _own(name, entry, resolver, measure_names, findings)
        else:
            nearest = did_you_mean(name, shipped)
            way_out = nearest or "; `pytest-iso23053 scope` lists the questions"
            findings.add(
                ("claims", name), f'there is no such question{way_out}; one of your own needs a question = "…"'
            )


def _shipped(question: Question, entry: Mapping[str, Any], resolver: Resolver, findings: Findings) -> Claim:
    for key in _ASKED:
        if key in entry:
            findings.add(
                ("claims", question.id, key), "is fixed for this question; ask one of your own under another name"
            )
    return Claim(
        question.id,
        question.phase,
        question.question,
        **{key: entry[key].strip() for key in _SAID if key in entry},
        about=about_in(resolver, question),
        measures=question.measures,
        threats=question.threats,
    )


def _own(
    name: str,
    entry: Mapping[str, Any],
    resolver: Resolver,
    measure_names: Callable[[], Collection[str]] | None,
    findings: Findings,
) -> Claim:
    path: KeyPath = ("claims", name)
    listed = {key: [text for text in entry.get(key, ()) if text is not None] for key in _BOUND}
    known = measure_names() if measure_names is not None and listed["measures"] else listed["measures"]
    for measure in listed["measures"]:
        if measure not in known:
            findings.add((*path, "measures"), f"there is no measure {shown(measure)}{did_you_mean(measure, known)}")
    about: list[str] = []
    threats: list[str] = []
    for key, texts, found in (("about", listed["about"], about), ("threats", listed["threats"], threats)):
        for text in texts:
            try:
                found.extend(map(str, resolver.expression(text)) if key == "about" else [resolver.threat(text)])
            except UnknownReference as error:
                findings.add((*path, key), str(error))
    return Claim(
        name,
        entry.get("phase", OWN_PHASE),
        entry["question"],
        **{key: entry[key].strip() for key in _SAID if key in entry},
        about=tuple(dict.fromkeys(about)),
        measures=tuple(listed["measures"]),
        threats=tuple(threats),
    )
