"""Every measure on every odd kind of data: a result, or an error in our own words."""

from __future__ import annotations

import odd_subjects as odd
import pytest

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.measures import auditor, probes, registry
from pytest_iso23053.measures.training import domain
from pytest_iso23053.measures.validation import panel

OF_TABLES = [each for each in registry.all_measures() if each.origin == "shipped" and each.id not in odd.OF_FILES]
MADE = [kind for kind in odd.SUBJECTS if kind != "columns named twice"]


@pytest.mark.parametrize("kind", MADE)
def test_a_result_or_a_clear_error(kind, monkeypatch):
    for module, name, few in ((probes, "TREES", 6), (panel, "TREES", 6), (auditor, "FOLDS", 2), (domain, "FOLDS", 2)):
        monkeypatch.setattr(module, name, few)  # what is learned does not matter here
    for needed in {"polars": ["polars", "pyarrow"], "pyarrow": ["pyarrow"], "arrow types": ["pyarrow"]}.get(kind, []):
        pytest.importorskip(needed)
    sets, model = odd.made(kind)
    found = {each.id: odd.complaint(each, sets, model) for each in OF_TABLES}
    assert {name: complaint for name, complaint in found.items() if complaint is not None} == {}


def test_columns_of_one_name_are_refused():
    with pytest.raises(SubjectError, match="'train': columns of the same name: 'amount'"):
        odd.made("columns named twice")


def test_what_reads_no_table_is_a_measure():
    assert set(registry.names()) >= odd.OF_FILES
