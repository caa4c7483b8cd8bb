"""Where data files come from: what the configuration, a Croissant file or a DVC file says, and whether it matches."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.settings.provenance import manifests_beside
from pytest_iso23053.settings.sources import is_path, real_path
from pytest_iso23053.subjects.digests import digest_of_file
from pytest_iso23053.subjects.locate import files_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pytest_iso23053.settings.model import DatasetSpec, ProvenanceRecord

FIELDS = ("source", "licence", "date")
_DVC_OUTPUT = re.compile(r"^\s*(?:-\s+)?(md5|path):\s*['\"]?([^'\"\n]+?)['\"]?\s*$", re.MULTILINE)
_DVC_DEPENDENCY = re.compile(r"^deps:\n(?:[ -].*\n)*?[ -]+(?:path|url):\s*(\S+)", re.MULTILINE)
_DVC_META = re.compile(r"^meta:\n((?:[ ]+.*\n?)+)", re.MULTILINE)


@dataclass(frozen=True)
class Origin:
    """What is said of the origin of one data file.

    Parameters
    ----------
    file : Path
        The file itself.
    source, licence, date : str
        Where it was got from, what allows its use, and when it was got; empty where nobody says.
    sha256, md5 : str
        The digest that it must have, in hexadecimal digits.
    """

    file: Path
    source: str = ""
    licence: str = ""
    date: str = ""
    sha256: str = ""
    md5: str = ""

    def lacking(self) -> list[str]:
        """What is missing or does not match, in the words of a report."""
        lacks = [name for name in FIELDS if not str(getattr(self, name)).strip()]
        if not self.file.is_file():
            return [*lacks, "the file"]
        if self.sha256:
            stated, held = self.sha256.lower().removeprefix("sha256:"), digest_of_file(self.file)
        elif self.md5:
            stated, held = self.md5.lower(), _md5(self.file)
        else:
            return [*lacks, "digest"]
        return lacks if stated == held else [*lacks, "a digest that matches"]

    def with_more(self, other: Origin) -> Origin:
        """The same, and of the other what this one does not say; of digests the first that is stated counts."""
        more: dict[str, Any] = {name: getattr(self, name) or getattr(other, name) for name in FIELDS}
        digests: dict[str, Any] = {} if self.sha256 or self.md5 else {"sha256": other.sha256, "md5": other.md5}
        return replace(self, **more, **digests)


def origins_of(datasets: Iterable[DatasetSpec], records: Sequence[ProvenanceRecord], rootdir: Path) -> list[Origin]:
    """The origin of each file that a data set or a record names; what nobody says stays empty.

    Raises
    ------
    SubjectError
        A data file or manifest cannot be read.
    """
    specs = list(datasets)
    named = [rootdir / record.file for record in records if not record.is_manifest]
    files = dict.fromkeys(real_path(file) for file in [*_data_files(specs, rootdir), *named])
    stated = [_of_record(record, rootdir) for record in records if not record.is_manifest]
    manifests = [rootdir / record.file for record in records if record.is_manifest]
    for manifest in dict.fromkeys([*manifests, *manifests_beside(specs, rootdir)]):
        stated += _read(manifest)
    found = []
    for file in files:
        origin = Origin(file)
        for one in stated:
            if real_path(one.file) == file:
                origin = origin.with_more(one)
        found.append(origin)
    return found


def _data_files(specs: Iterable[DatasetSpec], rootdir: Path) -> Iterator[Path]:
    for spec in specs:
        for source in (spec.source,) if isinstance(spec.source, str) else spec.source:
            if is_path(source, rootdir):
                yield from files_of(source, rootdir, f"datasets.{spec.name}")


def _of_record(record: ProvenanceRecord, rootdir: Path) -> Origin:
    day = record.date.isoformat() if record.date else ""
    return Origin(rootdir / record.file, record.source, record.licence, day, record.sha256)


def _read(manifest: Path) -> list[Origin]:
    try:
        text = manifest.read_text(encoding="utf-8-sig")
        return _of_dvc(text, manifest) if manifest.suffix == ".dvc" else _of_croissant(json.loads(text), manifest)
    except (OSError, ValueError, RecursionError, AttributeError, TypeError) as error:
        raise SubjectError(
            f"{manifest.name} cannot be read as a manifest ({type(error).__name__}: {error}); a Croissant file is "
            "JSON-LD with a distribution, a DVC file ends in .dvc"
        ) from error


def _of_croissant(said: dict[str, Any], manifest: Path) -> list[Origin]:
    """One for each file object with a path in its address (MLCommons Croissant 1.0, schema.org's words)."""
    found = []
    for part in _listed(_get(said, "distribution")):
        address = str(_get(part, "contentUrl") or _get(part, "name") or "")
        if not address:
            continue
        own = {**said, **{key: value for key, value in part.items() if value}}
        # The data lie beside the manifest, under their own name where it gives an address in the net.
        name = address.rsplit("/", 1)[-1] if "://" in address else address
        found.append(
            Origin(
                manifest.parent / name,
                source=_text(_first(own, "url", "isBasedOn", "citeAs", "creator"))
                or (address if "://" in address else ""),
                licence=_text(_first(own, "license")),
                date=_text(_first(own, "datePublished", "dateCreated", "dateModified")),
                sha256=str(_get(part, "sha256") or ""),
                md5=str(_get(part, "md5") or ""),
            )
        )
    return found


def _get(said: dict[str, Any], key: str) -> Any:
    """Its value under the bare name or any prefix: ``sc:license`` and the full address of a term are the same."""
    return next((value for name, value in said.items() if re.split(r"[:/#]", name)[-1] == key), None)


def _first(said: dict[str, Any], *keys: str) -> Any:
    return next((value for key in keys if (value := _get(said, key))), "")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _text(value: Any) -> str:
    """The words of a value: a text, or a thing by its name or address."""
    one = next(iter(_listed(value)), "")
    return str(_first(one, "name", "url", "@id", "id") or one.get("@id", "")) if isinstance(one, dict) else str(one)


def _of_dvc(text: str, manifest: Path) -> list[Origin]:
    """One for each output; of a folder's digest DVC keeps a list of its own, which is not here."""
    outputs = text[text.find("outs:") :] if "outs:" in text else ""
    pairs = [(match[1], match[2]) for match in _DVC_OUTPUT.finditer(outputs.split("\nmeta:")[0].split("\ndeps:")[0])]
    md5s = [value for key, value in pairs if key == "md5"]
    paths = [value for key, value in pairs if key == "path"]
    source = _DVC_DEPENDENCY.search(text + "\n")
    meta = _DVC_META.search(text)
    stated = dict(re.findall(r"^\s+(\w+):\s*['\"]?(.+?)['\"]?\s*$", meta[1], re.MULTILINE)) if meta else {}
    return [
        Origin(
            manifest.parent / path,
            source=str(stated.get("source", source[1] if source else "")),
            licence=str(stated.get("licence", stated.get("license", ""))),
            date=stated.get("date", ""),
            md5="" if md5.endswith(".dir") else md5,
        )
        for path, md5 in zip(paths, md5s, strict=False)
    ]


def _md5(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
