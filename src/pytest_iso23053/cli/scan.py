"""``pytest-iso23053 scan``: what files of models would do when they are loaded, without loading them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_iso23053.subjects.scan.verdict import Verdict

_ADVICE = {
    "unsafe": "unsafe: loading such a file may run what its author chose. Do not load it; ask where it comes from.",
    "unreadable": "unreadable: what cannot be read is not cleared. Loading refuses it.",
}
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("scan")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The verdicts as JSON.")
@click.option("--allow", multiple=True, metavar="PATTERN", help="Admit classes of your own: mypackage.* (repeatable).")
@click.option("--key", type=_FILE, help="Every file must be signed with this public key (OpenSSF model-signing).")
@click.option(
    "--certificate",
    "certificates",
    multiple=True,
    type=_FILE,
    help="Likewise, with a key that this certificate vouches for.",
)
@click.pass_context
def command(
    context: click.Context,
    paths: Sequence[Path],
    *,
    as_json: bool,
    allow: Sequence[str],
    key: Path | None,
    certificates: Sequence[Path],
) -> None:
    """Look for unsafe content in model files, without loading them.

    Pickles and joblib files (compressed too), npy, npz, zip and tar archives, PyTorch, Keras, skops, ONNX, safetensors,
    LightGBM and XGBoost. Folders are walked through. Exit status 0 where every file is clean, else 1.
    """
    from pytest_iso23053.subjects.scan.files import scan_paths

    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise click.BadParameter(f"there is no file or folder {str(path)!r}", param_hint="PATH")
    for pattern in allow:
        if not pattern.split(".")[0].isidentifier():
            raise click.BadParameter(
                f"{pattern!r} must begin with the name of a package: mypackage.*", param_hint="--allow"
            )
    if key and certificates:
        raise click.UsageError("--key and --certificate name two ways to verify one signature; leave one out")
    signature = {"key": str(key)} if key else {"certificates": tuple(map(str, certificates))} if certificates else None
    verdicts = list(scan_paths(paths, allow=allow, signature=signature))
    if as_json:
        click.echo(json.dumps({"files": [_as_json(each) for each in verdicts]}, indent=2))
    else:
        for line in _lines(verdicts):
            click.echo(line)
    context.exit(0 if verdicts and all(each.clean for each in verdicts) else 1)


def _as_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "path": verdict.path,
        "verdict": verdict.verdict,
        "reasons": list(verdict.reasons),
        "notes": list(verdict.notes),
    }


def _lines(verdicts: Sequence[Verdict]) -> Iterator[str]:
    from pytest_iso23053.subjects.scan.job import shown

    for each in verdicts:
        yield f"{each.verdict:<11}{shown(each.path, 1000)}"
        yield from (f"{'':<11}  {reason}" for reason in each.reasons)
        yield from (f"{'':<11}  note: {note}" for note in each.notes)
    counts = {word: sum(each.verdict == word for each in verdicts) for word in ("clean", "unsafe", "unreadable")}
    if not verdicts:
        yield "no file was found"
        return
    yield ""
    yield f"{len(verdicts)} file{'s' if len(verdicts) > 1 else ''}: " + ", ".join(
        f"{count} {word}" for word, count in counts.items() if count
    )
    yield from (text for word, text in _ADVICE.items() if counts[word])
    if counts["clean"]:
        yield "clean: read to the end, and nothing in it lies outside the allow-list of what models are made of."
