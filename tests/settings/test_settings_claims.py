"""The file of claims is checked like the configuration: whole, with the line, the key and the way out."""

from __future__ import annotations

import pytest

FILE = "assurance-claims.toml"


def claims(project, text, **more):
    return {claim.id: claim for claim in project.settings("", claims=text, **more).claims}


@pytest.fixture
def project(project):
    plain = project.load

    def load(text=None, *, claims=None, at=FILE, **options):
        if claims is not None:
            project.write(at, claims)
        return plain(text, **options)

    project.load = load
    return project


def test_without_the_file_nothing_is_claimed(project):
    assert project.settings("").claims == ()
    assert project.settings().claims == ()


def test_every_question_is_there_answered_or_not(project):
    found = claims(
        project, '[claims.data-origin]\nanswer = "yes"\nwho = " me "\ncontrol = "signed"\nevidence = "x.md"\n'
    )
    assert len(found) >= 30
    said = found["data-origin"]
    assert (said.answer, said.who, said.control, said.evidence) == ("yes", "me", "signed", "x.md")
    assert said.about == ("7.2/provenance",)
    assert "unsourced_rate" in said.measures
    assert (found["drift-seen"].answer, found["drift-seen"].about) == ("", ("7.6/drift",))


def test_an_empty_file_and_empty_answers_are_no_mistake(project):
    assert {claim.answer for claim in claims(project, "").values()} == {""}
    assert claims(project, '[claims.owners]\nanswer = ""\n')["owners"].answer == ""


def test_the_numbers_are_those_of_the_catalogue_of_the_run(project):
    found = claims(project, "", catalogue="iso23053-2022")
    assert found["data-origin"].about == ("8.2/provenance",)


def test_the_file_may_lie_elsewhere(project):
    config = 'claims = "docs/said.toml"\n'
    found = project.settings(config, claims='[claims.owners]\nanswer = "no"\n', at="docs/said.toml")
    assert {claim.id: claim.answer for claim in found.claims}["owners"] == "no"


def test_a_configured_file_must_be_there(project):
    found = project.mistakes('claims = "docs/said.toml"\n')
    assert "pytest-iso23053 scope --output docs/said.toml" in found["claims"]
    assert project.lines["claims"] == 1
    assert "claims" in project.mistakes('claims = "a\\u0000b"\n')
    assert "must be" in project.mistakes("claims = 3\n")["claims"]


class TestOwnQuestions:
    text = (
        '[claims.formula]\nquestion = "Is the formula reviewed?"\nphase = "Deployment"\nanswer = "partial"\n'
        'about = ["deploy/integration", "7.4>7.5"]\nmeasures = ["artefact_parity"]\nthreats = ["aml.t0015"]\n'
    )

    def test_one_says_what_it_is_about(self, project):
        said = claims(project, self.text)["formula"]
        assert (said.question, said.phase, said.answer) == ("Is the formula reviewed?", "Deployment", "partial")
        assert (said.about, said.measures) == (("7.5/integration", "7.4>7.5"), ("artefact_parity",))
        assert said.threats == ("AML.T0015",)

    def test_all_of_it_is_checked(self, project):
        text = self.text.replace("deploy/integration", "7.5/integratoin").replace("aml.t0015", "AML.T00155")
        found = project.mistakes(
            "", claims=text.replace("artefact_parity", "artefact_party"), measure_names=lambda: ["artefact_parity"]
        )
        assert set(found) == {"claims.formula.about", "claims.formula.measures", "claims.formula.threats"}
        assert "integration" in found["claims.formula.about"]
        assert 'did you mean "artefact_parity"' in found["claims.formula.measures"]

    def test_measures_are_asked_for_only_where_one_is_named(self, project):
        def fail():
            raise AssertionError

        assert "x" in claims(project, '[claims.x]\nquestion = "?"\n', measure_names=fail)
        assert claims(project, self.text, measure_names=lambda: ["artefact_parity"])["formula"].measures


def test_every_mistake_is_told_at_once_with_its_line(project):
    found = project.mistakes(
        "",
        claims='[claims.data-orgin]\nanswer = "yes"\n\n[claims.owners]\nanswer = "yess"\nwhom = "me"\n\n'
        '[claims.edition]\nquestion = "another?"\nwho = 3\n\n[other]\n',
    )
    assert 'did you mean "data-origin"' in found["claims.data-orgin"]
    assert 'did you mean "yes"' in found["claims.owners.answer"]
    assert 'did you mean "who"' in found["claims.owners.whom"]
    assert "fixed" in found["claims.edition.question"]
    assert "must be text" in found["claims.edition.who"]
    assert "unknown key" in found["other"]
    assert project.lines["claims.owners.answer"] == 5
    assert f"{FILE}: 6 mistakes in the claims" in project.text


def test_a_question_that_is_like_none_says_where_they_are_listed(project):
    assert "pytest-iso23053 scope" in project.mistakes("", claims="[claims.zzzzzzz]\n")["claims.zzzzzzz"]


def test_a_file_that_is_no_toml(project):
    project.mistakes("", claims="[claims")
    assert FILE in project.text
    deep = "claims." + "a." * 60 + "b = 1\n"
    assert "nested too deeply" in project.mistakes("", claims=deep)[""]


def test_a_mistake_in_the_configuration_is_told_first(project):
    assert set(project.mistakes("seed = true\n", claims="[claims.zzzzzzz]\n")) == {"seed"}


class TestThreats:
    def test_each_has_places(self, project):
        found = project.settings(
            '[threats]\n"aml.t0015" = ["vv"]\nML02 = { in = ["7.2", "7.2>7.3"], reason = "open sources" }\n'
        ).threats
        assert [(each.id, each.places, each.reason) for each in found] == [
            ("AML.T0015", ("7.4",), ""),
            ("ML02", ("7.2", "7.2>7.3"), "open sources"),
        ]

    def test_mistakes(self, project):
        found = project.mistakes(
            '[threats]\n"AML.T0115" = ["7.4"]\nML02 = { in = ["7.44"] }\nML03 = []\nML04 = ["7.3"]\nml04 = ["7.4"]\n'
            'ML05 = "7.5"\n'
        )
        assert "AML.T0015" in found['threats."AML.T0115"']
        assert "threats.ML02.in[0]" in found
        assert "ML04 has an entry already" in found["threats.ml04"]
        assert "is empty" in found["threats.ML03"]
        assert "list" in found["threats.ML05"]

    def test_a_waiver_may_accept_one(self, project):
        text = '[[waivers]]\nclause = "7.5"\nreason = "r"\nowner = "o"\nexpires = 2027-01-31\n'
        assert project.settings(text + 'threat = "ml05"\n').waivers[0].threat == "ML05"
        assert project.settings(text).waivers[0].threat is None
        found = project.mistakes(text + 'threat = "ML55"\ntest = "*"\n')
        assert set(found) == {"waivers[0].threat", "waivers[0].test"}
