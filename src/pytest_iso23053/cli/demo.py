"""``pytest-iso23053 demo``: unpack the example project, attack it on request, and run it."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

DEFAULT_FOLDER = "iso23053-demo"
ATTACK_SHARE = 0.10
ATTACK_SEED = 23053
TARGET, FLIPPED = "credit", {"good": "bad", "bad": "good"}

# What a run leaves behind is no part of the example, also where it is taken from a checkout in which it was run.
_LEFTOVERS = frozenset({"__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache", ".hypothesis", ".gitkeep"})


@click.command("demo")
@click.argument("folder", default=DEFAULT_FOLDER, type=click.Path(path_type=Path), metavar="[DIR]")
@click.option(
    "--attack",
    is_flag=True,
    help="First flip the labels of 10 % of the training rows, as an attacker between acquisition and training would.",
)
@click.pass_context
def command(context: click.Context, folder: Path, *, attack: bool) -> None:
    """Unpack the example project into DIR (default: ./iso23053-demo) and run `pytest --iso23053` there.

    Nothing is fetched and nothing is sent. The exit status is pytest's.
    """
    unpack(folder)
    click.echo(f"The example project, credit scoring on the German credit data, is in {folder}")
    if attack:
        click.echo(poison(folder / "data" / "train.csv"))
    arguments = ["-m", "pytest", "--iso23053", "--iso23053-report", "html", "--iso23053-report", "json"]
    click.echo(f"\n$ cd {folder}\n$ python {' '.join(arguments)}\n")
    status = subprocess.run([sys.executable, *arguments], cwd=folder, check=False).returncode  # noqa: S603 - our own words
    click.echo(_what_next(folder, attack=attack))
    context.exit(status)


def example_project() -> Traversable:
    """Return the example: from the checkout where the package is imported from one, else from the wheel."""
    package = files("pytest_iso23053")
    checkout = Path(__file__).resolve().parents[3] / "example_project"
    # The checkout comes first: beside an editable installation a stale copy may lie in site-packages.
    for candidate in (checkout, package / "example_project"):
        if (candidate / "pyproject.toml").is_file() and (candidate / "data" / "train.csv").is_file():
            return candidate
    raise click.ClickException(
        "the example project is not part of this installation; install it anew: "
        "python -m pip install --force-reinstall pytest-iso23053"
    )


def unpack(folder: Path) -> None:
    """Copy the example into a folder that is new or empty; nothing of the user's is ever overwritten."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.UsageError(
            f"{folder} exists and is not an empty folder; nothing was written. "
            f"Name another one (pytest-iso23053 demo {folder}-2), or remove it first."
        )
    try:
        _copy(example_project(), folder)
    except OSError as error:
        raise click.ClickException(
            f"the example could not be written to {folder}: {error.strerror or error}"
        ) from error


def _copy(source: Traversable, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        if entry.name in _LEFTOVERS or entry.name.startswith("iso23053-report."):
            continue
        if entry.is_dir():
            _copy(entry, target / entry.name)
        else:
            (target / entry.name).write_bytes(entry.read_bytes())


def poison(path: Path, *, share: float = ATTACK_SHARE, seed: int = ATTACK_SEED) -> str:
    """Flip the labels of a share of the rows of a csv file in place, and say what was done."""
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = list(csv.reader(lines))
    label = header.index(TARGET)
    victims = random.Random(seed).sample(range(len(rows)), round(share * len(rows)))  # noqa: S311 - no secret depends on it
    for victim in victims:
        rows[victim][label] = FLIPPED[rows[victim][label]]
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows([header, *rows])
    return (
        f"Attack: the labels of {len(victims)} of {len(rows)} rows in {path} were flipped "
        f"({share:.0%} of the rows, seed {seed}), after the data was signed off and before it is trained on."
    )


def _what_next(folder: Path, *, attack: bool) -> str:
    steps = []
    page = folder / "iso23053-report.html"
    if page.is_file():
        steps.append(("Open", page.resolve().as_uri()))
    steps += [
        ("Read", f"{folder / 'pyproject.toml'}: what is configured, required, waived and gated"),
        ("", f"{folder / 'tests' / 'test_7_4_validation.py'}: what such tests look like"),
    ]
    if attack:
        steps.append(("", f"{folder / 'tests' / 'test_boundaries.py'}: which test stops the attack, and how"))
    else:
        steps.append(("Try", f"pytest-iso23053 demo {folder}-attacked --attack"))
    return "\n" + "\n".join(f"{word:<5} {text}" for word, text in steps)
