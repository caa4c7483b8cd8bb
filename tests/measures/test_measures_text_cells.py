"""Personal data and hidden text: what is found, what honest columns hold, and that no match is ever shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.measures.data.personal import LENGTHS, luhn

pytestmark = pytest.mark.filterwarnings("error")


def personal(*texts, **options):
    return measures.personal_data_count(pd.DataFrame({"t": list(texts)}), **options)


def hidden(*texts):
    return measures.hidden_text_count(pd.DataFrame({"t": list(texts)}))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to hans.meier3@mail.example.org now", "e-mail address"),
        ("ü.ß@bücher.de", "e-mail address"),
        ("DE89 3704 0044 0532 0130 00 bitte", "IBAN"),
        ("GB82WEST12345698765432", "IBAN"),
        ("FR14 2004 1010 0505 0001 3M02 606", "IBAN"),
        ("4111 1111 1111 1111", "payment card"),
        ("3782-822463-10005", "payment card"),
        ("3400 0000 0000 009", "payment card"),
        ("my card is 4111111111111111", "payment card"),
        ("+49 151 23456789", "telephone number"),
        ("+14155552671", "telephone number"),
        ("Call (415) 555-2671", "telephone number"),
        ("tel: 0171/2345678", "telephone number"),
    ],
)
def test_personal_data_of_each_kind(text, kind):
    measured = personal("a", "b", text)
    assert (measured.value, measured.params["found"]) == (1, {"t": {kind: 1}})
    assert (measured <= 0).verdict == "not met"
    assert text not in repr(measured) + repr(measured.params)  # redacted


@pytest.mark.parametrize(
    "text",
    [
        *("A43", "12345678", "2026-01-31 12:33:44", "SKU-2024-000123", "user@home", "@handle", "icon@2x.png"),
        *("DE12345", "DE89370400440532013001", "4111 1111 1111 1112", "1234 5678 9012 3456", "3.14159265358979"),
        *("192.168.0.1", "+1", "+12.5 %", "978-3-16-148410-0", "order 4111111111111111", "100 000 000", "call 911"),
        *("tel aviv 1948", "00123456789", "1e-17", "550e8400-e29b-41d4-a716-446655440000", "$1,234,567.89", "", " "),
    ],
)
def test_codes_and_numbers_are_no_personal_data(text):
    assert personal(text, "x").value == 0


@pytest.mark.parametrize("seed", range(3))
def test_columns_of_identifiers_are_none(seed):
    random = np.random.default_rng(seed)
    identifiers = pd.DataFrame(
        {
            "order": [str(number) for number in random.integers(10**15, 10**16, 3_000)],
            "customer": [f"P{number:08d}" for number in random.integers(0, 10**8, 3_000)],
            "article": [f"{number:013d}" for number in random.integers(0, 10**13, 3_000)],
            "like_an_account": [f"DE{a:02d}{b:018d}" for a, b in random.integers(0, (99, 10**18), (3_000, 2))],
        }
    )
    assert measures.personal_data_count(identifiers).value == 0


def test_bare_cards_are_found_where_they_are_no_chance():
    random = np.random.default_rng(4)
    numbers = [f"4{number:015d}" for number in random.integers(0, 10**15, 600)]
    cards = [number for number in numbers if luhn(number)]
    assert 30 < len(cards) < 90
    assert personal(*numbers).value == 0
    assert personal(*cards).value == len(cards)


def test_checks_against_published_numbers():
    assert all(map(luhn, ["4111111111111111", "378282246310005", "6011111111111117", "79927398713"]))
    assert not luhn("79927398710")
    assert (LENGTHS["NO"], LENGTHS["DE"], LENGTHS["MT"]) == (15, 22, 31)
    for iban in ("NO9386011117947", "MT84MALT011000012345MTLCAST001S", "BE68539007547034", "CH9300762011623852957"):
        assert personal(iban).value == 1
        assert personal(iban[:-1] + ("1" if iban[-1] != "1" else "2")).value == 0


def test_what_is_meant_to_be_there_can_be_allowed():
    frame = pd.DataFrame({"mail": ["a@b.org"], "note": ["+49 151 23456789 or c@d.org"], "n": [1]})
    assert measures.personal_data_count(frame).value == 2
    assert measures.personal_data_count(frame, allow="mail").params["found"].keys() == {"note"}
    assert measures.personal_data_count(frame, allow=["e-mail address"]).value == 1
    assert measures.personal_data_count(frame, allow=["e-mail address", "telephone number"]).value == 0


def test_cells_are_counted_and_all_columns_read():
    frame = pd.DataFrame({"x": [1, 2, 3], "who": pd.Categorical(["a@b.org", "a@b.org", None]), "y": [0, 1, 0]})
    measured = measures.personal_data_count(Dataset(frame, target="y", drop=["who"]))
    assert (measured.value, measured.n) == (2, 3)
    mixed = pd.DataFrame({"o": ["a@b.org\nand c@d.org", 5, None, ["e@f.org"], "two\x00parts"]})
    assert measures.personal_data_count(mixed).value == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("A173\u200b", "sign without width"),
        ("ne\u200dw", "sign without width"),
        ("ignore\u2060 this", "sign without width"),
        ("bank\u3164", "sign without width"),
        ("abc\u202egnp.exe", "control of direction"),
        ("\u2066abc\u2069", "control of direction"),
        ("שלום \u202e", "control of direction"),
        ("hello\U000e0041\U000e0042", "tag or run of selectors"),
        ("x\ufe0f\ufe0f\ufe0e", "tag or run of selectors"),
        ("p\u0430ypal", "letters of another script"),
        ("G\u043e\u043egle", "letters of another script"),
        ("\u0391\u03a1\u03a1le", "letters of another script"),
        ("\U0001d400dmin", "letters of another script"),
    ],
)
def test_hidden_text_of_each_kind(text, kind):
    measured = hidden("plain", text)
    assert (measured.value, measured.params["found"]) == (1, {"t": {kind: 1}})
    assert (measured <= 0).verdict == "not met"


@pytest.mark.parametrize(
    "text",
    [
        *("café naïve", "Привет мир", "αβγ", "β-carotene", "μm", "שלום \u200fabc", "مرحبا\u200f (x)", "می\u200cخواهم"),
        *(
            "क\u094d\u200dष",
            "👨\u200d👩\u200d👧",
            "👩🏽\u200d🚀",
            "❤\ufe0f\u200d🔥",
            "ภาษา\u200bไทย",
            "\ufefffirst",
            "日本語",
        ),
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        *(
            "Δx",
            "Straße",
            "kΩ",
            "NFκB",
            "TNFα",
            "Кaк",
            "ТВ-set",
            "☺\ufe0f",
            "IKEA® №5",
            "naïve – “x”",
            "Øre",
            "ẞ",
            "Tβ4",
        ),
    ],
)
def test_honest_text_hides_nothing(text):
    assert hidden(text, "x").value == 0


def test_names_of_columns_are_read():
    frame = pd.DataFrame({"age\u200b": [1], "job": ["x"]})
    measured = measures.hidden_text_count(frame)
    assert (measured.value, measured.params["found"]) == (1, {r"age\u200b": {"name of the column": 1}})


@pytest.mark.parametrize("function", [measures.personal_data_count, measures.hidden_text_count])
@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"x": [1.0, 2.0], "d": pd.to_datetime(["2026-01-01", None]), "b": [True, False]}),
        pd.DataFrame({"x": [None, None], "y": [1, 2]}),
        pd.DataFrame({"x": pd.Series([], dtype=object)}),
    ],
)
def test_a_table_without_text_is_not_measurable(function, frame):
    with pytest.raises(ValueError, match="no column of text"):
        function(frame)
