"""7.2 Data acquisition and preparation: where every row comes from, and what state it is in."""

from __future__ import annotations

import json
import shutil

import pytest

from credit_risk import data
from credit_risk.schema import BAD, TARGET
from pytest_iso23053 import measures

HELD_OUT = ("test", "production")  # the training part is handed over: see test_boundaries.py


@pytest.fixture(scope="module")
def manifest():
    return json.loads(data.MANIFEST.read_text(encoding="utf-8"))


@pytest.mark.clause("7.2/provenance")
class TestProvenance:
    def test_manifest_names_source_and_licence(self, manifest):
        stated = {key: manifest["source"][key] for key in ("title", "creator", "published", "doi", "licence", "sha256")}
        assert all(stated.values())
        assert manifest["source"] == data.SOURCE

    @pytest.mark.parametrize("part", HELD_OUT)
    def test_part_is_the_file_that_the_manifest_lists(self, manifest, part):
        listed = manifest["parts"][part]
        assert data.file_digest(data.DATA / listed["file"]) == listed["sha256"]

    def test_parts_hold_every_row_of_the_source_once(self, source):
        parts = data.split(source)
        assert sorted(row for rows in parts.values() for row in rows.index) == list(source.index)

    @pytest.mark.parametrize("part", HELD_OUT)
    def test_every_row_comes_from_the_source_of_record(self, iso_reference_data, iso_datasets, part):
        assert measures.unsourced_rate(iso_reference_data, iso_datasets[part]) <= 0

    def test_another_file_under_the_same_name_is_refused(self, tmp_path, monkeypatch):
        shutil.copy(data.DATA / "german.data", tmp_path)
        forged = tmp_path / "german.data"
        forged.write_bytes(forged.read_bytes().replace(b"A11 6 A34", b"A14 6 A34", 1))
        monkeypatch.setattr(data, "DATA", tmp_path)
        with pytest.raises(data.UnknownSourceError, match="not the signed-off file"):
            data.source_of_record()


@pytest.mark.clause("7.2/quality")
class TestQuality:
    def test_nothing_is_missing(self, iso_reference_data):
        assert measures.missing_rate(iso_reference_data) <= 0.01

    def test_nobody_is_counted_twice(self, iso_reference_data):
        assert measures.duplicate_rate(iso_reference_data) <= 0.01


@pytest.mark.clause("7.2/labelling")
class TestLabelling:
    """What the bank recorded is the label. Whether the bank was right, no one can say fifty years later."""

    def test_equal_applicants_do_not_disagree(self, iso_reference_data):
        assert measures.conflicting_label_rate(iso_reference_data) <= 0.01

    def test_class_counts_are_those_that_the_source_documents(self, source):
        assert source[TARGET].value_counts()[BAD] == 300


@pytest.mark.clause("7.2/preprocessing")
class TestPreprocessing:
    def test_no_row_and_no_value_is_lost(self, source):
        again = data.with_sex(source)
        assert again.equals(source)

    def test_sex_is_known_for_every_row(self, source):
        assert source["sex"].value_counts().to_dict() == {"male": 690, "female": 310}

    def test_the_parts_are_what_the_split_makes_of_the_source(self, source):
        for name, rows in data.split(source).items():
            written = data.row_digests(data.read_part(name), data.COLUMNS)
            assert list(written) == list(data.row_digests(rows, data.COLUMNS))

    def test_a_row_stays_in_its_part_when_the_file_is_shuffled(self, source):
        shuffled = source.sample(frac=1, random_state=1)
        assert set(data.split(shuffled)["train"].index) == set(data.split(source)["train"].index)


@pytest.mark.clause("7.2/representativeness")
@pytest.mark.parametrize("column", ["sex", "age", TARGET])
def test_training_part_mirrors_the_source(iso_reference_data, iso_train_data, column):
    """The split adds no bias of its own. The source's bias stays: see data/LICENSE.md."""
    assert measures.psi(iso_reference_data, iso_train_data, column=column) <= 0.1
