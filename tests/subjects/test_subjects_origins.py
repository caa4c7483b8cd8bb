"""Where data files come from: the configuration, Croissant and DVC files, and digests that match or do not."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest

from pytest_iso23053 import measures
from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.settings.model import DatasetSpec, ProvenanceRecord
from pytest_iso23053.subjects.origins import Origin, origins_of

CONTENT = b"a,y\n1,0\n2,1\n"
SHA256, MD5 = hashlib.sha256(CONTENT).hexdigest(), hashlib.md5(CONTENT).hexdigest()
TRAIN = DatasetSpec("train", "train", "data/train.csv")
DAY = date(2026, 1, 31)


@pytest.fixture
def root(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.csv").write_bytes(CONTENT)
    return tmp_path


def lacking(root, *records, datasets=(TRAIN,)):
    return measures.provenance_completeness(origins_of(datasets, records, root)).params["lacking"]


def test_a_complete_record_is_met(root):
    record = ProvenanceRecord("data/train.csv", "https://example.org", "MIT", DAY, f"sha256:{SHA256.upper()}")
    measured = measures.provenance_completeness(origins_of([TRAIN], [record], root))
    assert (measured.value, measured.n, measured.params) == (1, 1, {"lacking": {}, "what": ""})
    assert (measured >= 1).verdict == "met"


def test_what_is_missing_is_named(root):
    assert lacking(root) == {"train.csv": ["source", "licence", "date", "digest"]}
    assert lacking(root, ProvenanceRecord("data/train.csv", "x", date=DAY, sha256=SHA256)) == {"train.csv": ["licence"]}
    assert "train.csv lacks licence" in str(
        measures.provenance_completeness(
            origins_of([TRAIN], [ProvenanceRecord("data/train.csv", "x", date=DAY, sha256=SHA256)], root)
        )
        >= 1
    )
    changed = ProvenanceRecord("data/train.csv", "x", "MIT", DAY, "0" * 64)
    assert lacking(root, changed) == {"train.csv": ["a digest that matches"]}


def test_files_are_counted_whether_or_not_somebody_speaks_of_them(root):
    (root / "test.csv").write_bytes(CONTENT)
    (root / "other").mkdir()
    (root / "other" / "train.csv").write_bytes(CONTENT)
    datasets = (
        TRAIN,
        DatasetSpec("test", "test", "test.csv"),
        DatasetSpec("more", "reference", "other/train.csv"),
        DatasetSpec("made", "production", "fixture:made"),
    )
    record = ProvenanceRecord("data/train.csv", "x", "MIT", DAY, SHA256)
    measured = measures.provenance_completeness(origins_of(datasets, [record], root))
    assert (measured.value, measured.n) == (pytest.approx(1 / 3), 3)
    assert set(measured.params["lacking"]) == {"test.csv", "train.csv"}
    both = measures.provenance_completeness(origins_of(datasets, [], root))
    assert set(both.params["lacking"]) == {"test.csv", "data/train.csv", "other/train.csv"}


CROISSANT = {
    "@context": {"sc": "https://schema.org/", "cr": "http://mlcommons.org/croissant/"},
    "@type": "sc:Dataset",
    "name": "credit",
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "url": "https://example.org/credit",
    "datePublished": "2026-01-31",
    "distribution": [
        {"@type": "cr:FileObject", "@id": "train.csv", "contentUrl": "train.csv", "sha256": SHA256},
        {"@type": "cr:FileSet", "@id": "images", "includes": "*.jpg"},
    ],
}


@pytest.mark.parametrize("place", ["data", "."])
def test_a_croissant_file_beside_the_data_is_found(root, place):
    said = json.loads(json.dumps(CROISSANT))
    said["distribution"][0]["contentUrl"] = "train.csv" if place == "data" else "data/train.csv"
    (root / place / "croissant.json").write_text(json.dumps(said), encoding="utf-8")
    assert lacking(root) == {}


def test_a_croissant_file_can_be_named_and_says_it_in_many_ways(root):
    said = {
        "sc:license": [{"@id": "https://example.org/licence"}],
        "https://schema.org/creator": {"name": "A team"},
        "dateCreated": "2026",
        "distribution": {"contentUrl": "https://example.org/files/train.csv", "md5": MD5},
    }
    (root / "data" / "origin.json").write_text(json.dumps(said), encoding="utf-8")
    manifest = ProvenanceRecord("data/origin.json", is_manifest=True)
    assert lacking(root, manifest) == {}
    (root / "data" / "train.csv").write_bytes(CONTENT + b"3,0\n")
    assert lacking(root, manifest) == {"train.csv": ["a digest that matches"]}


def test_a_dvc_file_beside_the_data_is_found(root):
    pointer = root / "data" / "train.csv.dvc"
    pointer.write_text(f"outs:\n- md5: {MD5}\n  size: 12\n  hash: md5\n  path: train.csv\n", encoding="utf-8")
    assert lacking(root) == {"train.csv": ["source", "licence", "date"]}
    assert lacking(root, ProvenanceRecord("data/train.csv", "x", "MIT", DAY)) == {}
    pointer.write_text(
        "md5: 11111111111111111111111111111111\nfrozen: true\ndeps:\n- etag: '1'\n  path: https://example.org/train.csv\n"
        f"outs:\n- md5: {MD5}\n  path: train.csv\nmeta:\n  licence: MIT\n  date: 2026-01-31\n",
        encoding="utf-8",
    )
    assert lacking(root) == {}
    pointer.write_text(f"outs:\n- md5: {MD5}.dir\n  path: train.csv\n", encoding="utf-8")
    assert "digest" in lacking(root)["train.csv"]


def test_the_configuration_comes_first(root):
    (root / "data" / "croissant.json").write_text(json.dumps(CROISSANT), encoding="utf-8")
    origin = origins_of([TRAIN], [ProvenanceRecord("data/train.csv", licence="in house", sha256="0" * 64)], root)[0]
    assert (origin.licence, origin.source, origin.sha256) == ("in house", "https://example.org/credit", "0" * 64)


@pytest.mark.parametrize("content", ["{", "[1]", '"text"', '{"distribution": [3]}', "\udcff"])
def test_a_manifest_that_cannot_be_read_is_an_error(root, content):
    (root / "data" / "croissant.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(SubjectError, match=r"croissant.json cannot be read as a manifest"):
        origins_of([TRAIN], [], root)


def test_empty_manifests_say_nothing(root):
    (root / "data" / "croissant.json").write_text("{}", encoding="utf-8")
    (root / "data" / "train.csv.dvc").write_text("", encoding="utf-8")
    assert lacking(root) == {"train.csv": ["source", "licence", "date", "digest"]}


def test_without_files_nothing_is_measurable(root):
    with pytest.raises(ValueError, match="no data set comes from a file"):
        measures.provenance_completeness([])
    assert Origin(root / "gone.csv", "x", "MIT", "2026").lacking() == ["the file"]
