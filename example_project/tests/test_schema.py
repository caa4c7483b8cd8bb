"""An ordinary test file. It knows no clauses: pyproject.toml maps it to 7.2/preprocessing."""

import pytest

from credit_risk.data import COLUMNS, source_of_record
from credit_risk.schema import problems

APPLICATION = source_of_record().iloc[0][list(COLUMNS)].to_dict()


def test_a_signed_off_application_is_well_formed():
    assert list(problems(APPLICATION)) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "A15"),
        ("status", None),
        ("status", "a11"),
        ("age", 17),
        ("age", 6.5),
        ("age", float("nan")),
        ("amount", -1),
        ("amount", float("inf")),
        ("amount", "1,169"),
        ("duration", 0),
    ],
    ids=str,
)
def test_a_malformed_value_is_named(field, value):
    assert len(list(problems({**APPLICATION, field: value}))) == 1


def test_a_missing_field_is_named():
    assert list(problems({key: value for key, value in APPLICATION.items() if key != "housing"})) == [
        "housing is missing"
    ]
