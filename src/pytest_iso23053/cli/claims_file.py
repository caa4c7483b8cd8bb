"""The file of claims as text: questions to be answered, added behind what is there, never over it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from pytest_iso23053.catalogue.questions import about_in, shipped_questions
from pytest_iso23053.render.write import write_text
from pytest_iso23053.settings.files import read_toml
from pytest_iso23053.settings.mistakes import key_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from pytest_iso23053.catalogue.questions import Question
    from pytest_iso23053.catalogue.resolver import Resolver

_WIDTH = 110
_HEAD = """\
# What is said to be in place, question by question. `pytest --iso23053` holds the answers against its evidence.
#   answer    "yes": there is a control for this, and it works. "partial": in part. "no". "unknown": nobody knows.
#   who       who says so
#   control   what is assumed to be in place
#   evidence  where to look: a document, a ticket, a file
# `pytest-iso23053 scope` adds questions that are new, and leaves what stands here as it is.
# A question of your own needs a table [claims.NAME] with question = "…", about = ["7.5/integration"] and the answer.
"""


def questions_text(resolver: Resolver, known: Collection[str] = ()) -> str:
    """Write the tables of all questions but those that are known already."""
    blocks = []
    phase = None
    for question in shipped_questions():
        if question.id not in known:
            heading = f"# {question.phase}\n\n" if question.phase != phase else ""
            phase = question.phase
            blocks.append(heading + "\n".join(_table(question, resolver)) + "\n")
    return "\n".join(blocks)


def question_lines(resolver: Resolver, answers: dict[str, str]) -> Iterator[str]:
    """Print the questions by phase, each with its answer where there is one."""
    phase = None
    for question in shipped_questions():
        if question.phase != phase:
            yield from ([""] if phase else [])
            yield question.phase
            phase = question.phase
        answer = answers.get(question.id, "")
        told = f"  [{answer}]" if answer else ""
        yield from textwrap.wrap(question.question + told, _WIDTH, initial_indent="  ", subsequent_indent="  ")
        about = ", ".join(about_in(resolver, question)) or "on record only: no test can show it"
        yield f"    {question.id}: {about}"
        yield from textwrap.wrap(f"Ask on: {question.probe}", _WIDTH, initial_indent="    ", subsequent_indent="    ")


def write_claims(path: Path, resolver: Resolver) -> tuple[int, int]:
    """Write the file, or add to it; return how many questions it had and how many were added.

    Raises
    ------
    SettingsError
        Where what is there cannot be read: nothing is written then.
    """
    before, said = ("", {}) if not path.exists() else _read(path)
    known = said.get("claims", {})
    if not isinstance(known, dict):
        raise click.ClickException(f"{path}: claims must be tables, headed [claims.QUESTION]; nothing was written")
    shipped = {question.id for question in shipped_questions()}
    added = questions_text(resolver, known)
    if added:
        gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
        _replace(path, before + gap + ("" if before.strip() else _HEAD + "\n") + added)
    return len(known), len(shipped - set(known))


def _read(path: Path) -> tuple[str, dict[str, object]]:
    _, said = read_toml(path)
    # What was written is kept byte for byte, the ends of its lines too.
    return path.read_bytes().decode("utf-8"), said


def _replace(path: Path, text: str) -> None:
    """Put the whole text in place at once: whoever answered forty questions must not lose them to a full disk."""
    import tomllib

    try:
        tomllib.loads(text.replace("\r\n", "\n").removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise click.ClickException(
            f"{path}: nothing can be added to it ({error}); write each claim as a table of its own, [claims.NAME]"
        ) from None
    try:
        write_text(path, text)
    except OSError as error:
        raise click.ClickException(f"{path} could not be written: {error.strerror or error}") from error


def _table(question: Question, resolver: Resolver) -> Iterator[str]:
    yield f"[claims.{key_text((question.id,))}]"
    for text in (question.question, f"Ask on: {question.probe}"):
        yield from textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="# ")
    about = [*about_in(resolver, question), *question.threats]
    yield f"# About: {', '.join(about)}" if about else "# On record only: no test can show it."
    for key in ("answer", "who", "control", "evidence"):
        yield f'{key:<8} = ""'
