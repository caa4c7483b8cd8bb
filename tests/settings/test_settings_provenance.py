"""The tables of origins: read as they are said, with every mistake named."""

from __future__ import annotations

from datetime import date

import pytest

DIGEST = "ab" * 32


def test_a_record_is_read(project):
    project.write("data/train.csv", "a\n1\n")
    settings = project.settings(
        '[[provenance]]\nfile = "data/train.csv"\nsource = "https://example.org"\nlicence = "CC BY 4.0"\n'
        f'date = 2026-01-31\nsha256 = "{DIGEST}"\n'
    )
    (record,) = settings.provenance
    assert (record.file, record.source, record.licence) == ("data/train.csv", "https://example.org", "CC BY 4.0")
    assert (record.date, record.sha256, record.is_manifest) == (date(2026, 1, 31), DIGEST, False)


def test_what_is_left_out_is_no_mistake(project):
    project.write("train.csv", "a\n1\n")
    project.write("croissant.json", "{}")
    settings = project.settings('[[provenance]]\nfile = "train.csv"\n[[provenance]]\nmanifest = "croissant.json"\n')
    assert [record.is_manifest for record in settings.provenance] == [False, True]
    assert settings.provenance[0].date is None
    assert project.settings("").provenance == ()


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        ('file = "trian.csv"', "provenance[0].file", 'did you mean "train.csv"'),
        ('source = "x"', "provenance[0].file", "is missing; write for example file ="),
        ('file = "train.csv"\nmanifest = "train.csv"', "provenance[0].file", "stands beside manifest"),
        ('manifest = "train.csv"\nlicence = "MIT"', "provenance[0].licence", "take it out"),
        ('file = "train.csv"\ndate = "2026-02-30"', "provenance[0].date", "write for example date = 2027-01-31"),
        ('file = "train.csv"\ndate = "tomorrow"', "provenance[0].date", "must be a date"),
        ('file = "train.csv"\nsha256 = "abc"', "provenance[0].sha256", "64 hexadecimal digits"),
        ('file = "train.csv"\nlicence = " "', "provenance[0].licence", "is empty"),
        ('file = "train.csv"\nlicense = "MIT"', "provenance[0].license", 'did you mean "licence"'),
        ('file = "train.csv"\n[[provenance]]\nfile = "./train.csv"', "provenance[1].file", "has a record already"),
    ],
)
def test_mistakes_are_named(project, text, key, message):
    project.write("train.csv", "a\n1\n")
    assert message in project.mistakes(f"[[provenance]]\n{text}\n")[key]


def test_what_is_no_table_is_named(project):
    assert "provenance" in "".join(project.mistakes("provenance = [1]"))
    assert "provenance" in project.mistakes('provenance = "croissant.json"')
