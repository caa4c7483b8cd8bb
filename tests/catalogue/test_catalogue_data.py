"""The shipped data says what the project's notes on the catalogues say, no more and no less."""

from __future__ import annotations

import pytest

from pytest_iso23053.catalogue.crosswalk import counterparts, crosswalk_rows, frameworks
from pytest_iso23053.catalogue.load import load_catalogue, shipped_catalogues
from pytest_iso23053.catalogue.model import Catalogue
from pytest_iso23053.catalogue.reference import ClauseReference
from pytest_iso23053.catalogue.resolver import Resolver
from pytest_iso23053.catalogue.threats import shipped_mitigations, shipped_threats, threat_frameworks

LIFECYCLE = {
    ("7.2", "data"): (
        "provenance quality labelling preprocessing",
        "representativeness poisoning privacy",
    ),
    ("7.3", "build"): ("model-selection training-process hyperparameters environment", "memorisation supply-chain"),
    ("7.4", "vv"): ("performance robustness fairness requirements", "calibration backdoor explanation"),
    ("7.5", "deploy"): ("packaging configuration integration", "extraction inversion"),
    ("7.6", "operate"): ("performance drift usage feedback incident-response", "fairness-over-time"),
    ("8.2", "risk"): ("threats-covered waivers-owned", ""),
    ("8.3", "transparency"): ("documentation explanation", ""),
    ("8.4", "bias"): ("bias fairness", ""),
    ("8.5", "security"): ("security privacy", ""),
}


@pytest.fixture(scope="module")
def lifecycle() -> Catalogue:
    return load_catalogue("lifecycle")


@pytest.fixture(scope="module")
def published() -> Catalogue:
    return load_catalogue("iso23053-2022")


def aspects(catalogue: Catalogue) -> dict[str, object]:
    return {f"{clause.id}/{aspect.id}": aspect for clause in catalogue.clauses() for aspect in clause.aspects}


def test_lifecycle_has_exactly_these_aspects(lifecycle):
    found = {
        (clause.id, clause.slug): tuple(
            " ".join(aspect.id for aspect in clause.aspects if aspect.required is required)
            for required in (True, False)
        )
        for clause in lifecycle.clauses()
    }
    assert found == LIFECYCLE
    assert list(found) == list(LIFECYCLE), "the order of the life cycle"


def test_titles_are_those_of_the_reading(lifecycle):
    assert [phase.title for phase in lifecycle.phases] == [
        "Data Acquisition & Preparation",
        "Model Building & Training",
        "Verification & Validation",
        "Deployment",
        "Operation & Monitoring",
        "Organizational & Societal Considerations",
    ]
    assert lifecycle.phases[0].aliases == ("Data Collection",)


def test_what_tests_of_one_aspect_support_too(lifecycle):
    also = {name: aspect.also for name, aspect in aspects(lifecycle).items() if aspect.also}
    assert also == {
        "7.2/representativeness": ("8.4/bias",),
        "7.3/memorisation": ("8.5/privacy",),
        "7.3/supply-chain": ("8.5/security",),
        "7.4/fairness": ("8.4/fairness",),
        "7.5/packaging": ("8.5/security",),
        "7.5/inversion": ("8.5/privacy",),
    }


def test_computed_aspects(lifecycle, published):
    assert {name: aspect.computed for name, aspect in aspects(lifecycle).items() if aspect.computed} == {
        "7.4/requirements": "requirements",
        "8.2/threats-covered": "threats-covered",
        "8.2/waivers-owned": "waivers-owned",
    }
    assert {name: aspect.computed for name, aspect in aspects(published).items() if aspect.computed} == {
        "8.5/requirements": "requirements"
    }


def test_boundaries_and_the_red_team(lifecycle):
    assert [str(boundary) for boundary in lifecycle.boundaries] == [
        "7.2>7.3",
        "7.3>7.4",
        "7.4>7.5",
        "7.5>7.6",
        "7.6>7.2",
    ]
    profile = lifecycle.profile("red-team")
    assert profile.require == ("7.2/poisoning", "7.3/supply-chain", "7.4/backdoor", "7.5/extraction")
    assert profile.boundaries == tuple(map(str, lifecycle.boundaries))
    assert lifecycle.profile("blue-team") is None


def test_the_split_of_the_last_range_is_marked_as_assumed(lifecycle):
    assumed = {clause.id: (clause.assumed, clause.verified, clause.certainty) for clause in lifecycle.clauses()}
    for clause in ("8.2", "8.3", "8.4", "8.5"):
        assert assumed[clause] == (True, False, 0.3)
    for clause in ("7.2", "7.3", "7.4", "7.5", "7.6"):
        assert assumed[clause] == (False, True, None)


def test_published_clauses_carry_their_certainty(published):
    certainty = {clause.id: clause.certainty for clause in published.clauses()}
    assert certainty == dict.fromkeys(
        ["6.1", "6.3", *(f"7.{n}" for n in range(1, 8)), *(f"8.{n}" for n in range(1, 8))], 0.9
    ) | {
        "6.2": 0.85,
        "6.4": 0.75,
        "6.5": 0.75,
        "8.8": 0.7,
    }
    assert not published.verified
    assert not any(clause.verified for clause in published.clauses())
    assert [clause.id for clause in published.clauses() if clause.assumed] == ["6.4", "6.5"]


def test_only_the_published_pipeline_enters_a_denominator(published):
    counting = [clause.id for clause in published.clauses() if not clause.descriptive]
    assert counting == ["8.2", "8.3", "8.4", "8.5", "8.6", "8.7"]
    for clause in published.clauses():
        if clause.descriptive:
            assert [(aspect.id, aspect.required) for aspect in clause.aspects] == [("general", False)]


def test_every_aspect_of_the_pipeline_is_one_of_the_lifecycle_and_the_other_way_round(lifecycle, published):
    """What has a counterpart translates by aspect, both ways, and to exactly one aspect."""
    here, there = Resolver(lifecycle), Resolver(published)
    for name in aspects(lifecycle):
        if name.startswith("7"):
            (reference,) = there.expression(f"lifecycle:{name}")
            assert here.expression(f"iso23053-2022:{reference}") == (ClauseReference(*name.split("/")),)
    for name in aspects(published):
        if name.startswith("8") and not name.endswith("/general"):
            (reference,) = here.expression(f"iso23053-2022:{name}")
            assert there.expression(f"lifecycle:{reference}") == (ClauseReference(*name.split("/")),)


def test_what_goes_beyond_the_published_standard_is_not_required_there(lifecycle, published):
    required = {name.partition("/")[2] for name, aspect in aspects(published).items() if aspect.required}
    lifecycle_required = {
        name.partition("/")[2] for name, aspect in aspects(lifecycle).items() if aspect.required and name[0] == "7"
    }
    assert lifecycle_required - required == {"fairness", "incident-response"}


@pytest.mark.parametrize("name", shipped_catalogues())
def test_findings_have_words(name):
    catalogue = load_catalogue(name)
    for clause in catalogue.clauses():
        assert clause.process
        if not clause.descriptive:
            assert all(aspect.verb and aspect.condition for aspect in clause.aspects), clause.id
    assert all(boundary.verb and boundary.condition and boundary.title for boundary in catalogue.boundaries)


def test_the_sentences_that_others_quote(lifecycle):
    vv = lifecycle.clause("7.4")
    robustness = vv.aspect("robustness")
    assert f"failure in the {vv.process} process to {robustness.verb} {robustness.condition}" == (
        "failure in the Verification & Validation process to detect adversarial evasion"
    )
    boundary = lifecycle.boundaries[0]
    ends = " and ".join(lifecycle.clause(end).process for end in (boundary.from_clause, boundary.to_clause))
    assert f"failure at the boundary between {ends} to {boundary.verb} {boundary.condition}" == (
        "failure at the boundary between Data Acquisition & Preparation and Model Building & Training "
        "to reject poisoned records"
    )


@pytest.mark.parametrize("name", shipped_catalogues())
def test_no_words_that_claim_more_than_evidence(name):
    from pytest_iso23053.catalogue.shipped import shipped_path

    text = shipped_path(name).read_text(encoding="utf-8").lower()
    assert not [
        word for word in ("compliant", "certified", "secure ", "robust ") if word in text.replace("be certified", "")
    ]


CROSSWALK = {
    "7.2": ["provenance", "labelling", "preprocessing", "poisoning", "representativeness"],
    "7.3": ["model selection", "training process", "hyperparameters", "technical environment", "memorisation"],
    "7.4": [
        "defined requirements",
        "performance",
        "robustness, natural",
        "robustness, adversarial",
        "backdoor",
        "fairness",
        "language models",
    ],
    "7.5": ["packaging", "configuration", "integration", "extraction", "inversion", "integrity"],
    "7.6": ["performance", "drift", "usage monitoring", "feedback", "incident response"],
    "8.2": ["risk management"],
    "8.3": ["transparency"],
    "8.4": ["bias"],
    "8.5": ["security"],
}


def test_no_row_of_the_crosswalk_is_lost():
    topics = [(row.clause, row.topic) for row in crosswalk_rows()]
    expected = [(clause, topic) for clause, rows in CROSSWALK.items() for topic in rows]
    assert len(topics) == len(expected)
    for (clause, topic), (expected_clause, word) in zip(topics, expected, strict=True):
        assert clause == expected_clause
        assert word in topic


def test_every_aspect_of_a_row_is_one_of_the_catalogue(lifecycle):
    for row in crosswalk_rows():
        clause = lifecycle.clause(row.clause)
        assert all(clause.aspect(aspect) for aspect in row.aspects), row


def test_aspects_without_a_row_are_known_ones(lifecycle):
    """The table has no row for these; every other aspect finds its frameworks."""
    without = {name for name, aspect in aspects(lifecycle).items() if not aspect.crosswalk}
    assert without == {"7.2/privacy", "7.4/calibration", "7.4/explanation", "7.6/fairness-over-time"}


def test_aspects_find_the_ids_of_all_their_rows(lifecycle, published):
    robustness = lifecycle.clause("7.4").aspect("robustness").crosswalk
    assert robustness["ai_rmf"] == ("MEASURE 2.5", "MEASURE 2.6", "MEASURE 2.7")
    assert robustness["nist_aml"] == ("NISTAML.022", "NISTAML.025")
    assert len(robustness) == len(list(robustness))
    assert repr(robustness) == repr(dict(robustness))
    assert published.clause("8.5").aspect("robustness").crosswalk == robustness
    assert (
        published.clause("8.2").aspect("provenance").crosswalk == lifecycle.clause("7.2").aspect("provenance").crosswalk
    )
    assert "owasp_llm" not in robustness


def test_every_threat_of_the_crosswalk_is_known():
    known = {*shipped_threats(), *shipped_mitigations(), "*"}
    for row in crosswalk_rows():
        for framework in threat_frameworks():
            assert set(row.ids.get(framework, ())) <= known, row


def test_frameworks_have_editions_and_doubts():
    assert {name: framework.edition for name, framework in frameworks().items()} == {
        "iso42001": "2023",
        "ai_rmf": "1.0",
        "eu_ai_act": "Regulation (EU) 2024/1689",
        "iso5338": "2023",
        "iso22989": "2022",
        "atlas": "5.6.1",
        "owasp_ml": "2023 (draft)",
        "owasp_llm": "2025",
        "nist_aml": "E2025",
    }
    assert {name for name, framework in frameworks().items() if framework.verified} == {"atlas", "owasp_ml"}
    assert all(framework.source for framework in frameworks().values())


def test_threat_ids_of_every_framework():
    by_framework = {
        name: [threat.id for threat in shipped_threats().values() if threat.framework == name]
        for name in threat_frameworks()
    }
    assert by_framework["owasp_ml"] == [f"ML{number:02}" for number in range(1, 11)]
    assert sorted(by_framework["owasp_llm"]) == [f"LLM{number:02}" for number in range(1, 11)]
    nist = "01 011 012 013 014 015 018 02 021 022 023 024 025 026 027 03 031 032 033 034 035 036 037 038 039 04 05 051"
    assert by_framework["nist_aml"] == [f"NISTAML.{number}" for number in nist.split()]
    assert all(threat.title for threat in shipped_threats().values())


def test_names_that_changed_are_the_new_ones():
    threats = shipped_threats()
    assert threats["AML.T0015"].title == "Evade AI Model"
    assert threats["AML.T0018.000"].title == "Poison AI Model"
    assert threats["AML.T0024.002"].title == "Extract AI Model"
    assert threats["AML.T0034"].title == "Cost Harvesting"
    assert threats["AML.T0015"].verified
    assert not threats["AML.T0000"].verified


def test_counterparts_name_clauses_that_exist(lifecycle, published):
    assert [item.lifecycle for item in counterparts()] == [clause.id for clause in lifecycle.clauses()]
    for item in counterparts():
        assert all(published.clause(clause) for clause in (*item.published, *item.related))
        assert item.fit
        assert bool(item.published) == item.lifecycle.startswith("7")


def test_mitigations_have_their_home(lifecycle):
    for mitigation in shipped_mitigations().values():
        assert mitigation.clause is None or lifecycle.clause(mitigation.clause)
    assert shipped_mitigations()["AML.M0024"].clause == "7.6"
