"""The notation, and what it stands for: whatever is written, the answer is a reference or a helpful message."""

from __future__ import annotations

import enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_iso23053.catalogue.expression import Side, Term, parse
from pytest_iso23053.catalogue.load import load_catalogue, shipped_catalogues
from pytest_iso23053.catalogue.reference import BoundaryReference, ClauseReference
from pytest_iso23053.catalogue.resolver import Resolution, Resolver, UnknownReference

LIFECYCLE = Resolver(load_catalogue("lifecycle"))
PUBLISHED = Resolver(load_catalogue("iso23053-2022"))
C, B = ClauseReference, BoundaryReference


def clauses(*ids: str) -> tuple[ClauseReference, ...]:
    return tuple(map(ClauseReference, ids))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7.4", clauses("7.4")),
        (" 7.4 ", clauses("7.4")),
        ("7.4/robustness", (C("7.4", "robustness"),)),
        ("7.4 / Robustness", (C("7.4", "robustness"),)),
        ("vv", clauses("7.4")),
        ("VV/robustness", (C("7.4", "robustness"),)),
        ("V&V", clauses("7.4")),
        ("Data Collection/quality", (C("7.2", "quality"),)),
        ("data_collection", clauses("7.2")),
        ("7.6/Incident_Response", (C("7.6", "incident-response"),)),
        ("lifecycle:7.4", clauses("7.4")),
        ("Lifecycle : vv / fairness", (C("7.4", "fairness"),)),
        ("7.2-7.4", clauses("7.2", "7.3", "7.4")),
        ("7.2 – 7.4", clauses("7.2", "7.3", "7.4")),
        ("7.6-8.3", clauses("7.6", "8.2", "8.3")),
        ("8.2-8.5", clauses("8.2", "8.3", "8.4", "8.5")),
        ("society", clauses("8.2", "8.3", "8.4", "8.5")),
        ("society/fairness", (C("8.4", "fairness"),)),
        ("society-society", clauses("8.2", "8.3", "8.4", "8.5")),
        ("data-vv", clauses("7.2", "7.3", "7.4")),
        ("data-preparation-model-building", clauses("7.2", "7.3")),
        ("7.4-7.4", clauses("7.4")),
        ("7.2-7.6/performance", (C("7.4", "performance"), C("7.6", "performance"))),
        ("7.4,7.2, 7.4", clauses("7.4", "7.2")),
        ("7.4/requirements", (C("7.4", "requirements"),)),
        ("7.2>7.3", (B("7.2", "7.3"),)),
        ("data > build, 7.6→7.2, 7.3->7.4", (B("7.2", "7.3"), B("7.6", "7.2"), B("7.3", "7.4"))),
        ("lifecycle:7.2>7.3", (B("7.2", "7.3"),)),
        ("iso23053-2022:8.5", clauses("7.4")),
        ("iso23053-2022:8.2-8.4", clauses("7.2", "7.3")),
        ("iso23053-2022:vv/robustness", (C("7.4", "robustness"),)),
        ("iso23053-2022:8.3>8.4", (B("7.2", "7.3"),)),
        ("iso23053-2022:8.7>7.2", None),
        ("7.6>iso23053-2022:8.2", (B("7.6", "7.2"),)),
    ],
)
def test_expressions_of_a_lifecycle_run(text, expected):
    if expected is None:
        with pytest.raises(UnknownReference):
            LIFECYCLE.expression(text)
    else:
        assert LIFECYCLE.expression(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7.4", clauses("7.4")),
        ("lifecycle:7.2", clauses("8.2", "8.3")),
        ("lifecycle:7.2/provenance", (C("8.2", "provenance"),)),
        ("lifecycle:7.2/quality", (C("8.3", "quality"),)),
        ("lifecycle:7.4/robustness", (C("8.5", "robustness"),)),
        ("data", clauses("8.2", "8.3")),
        ("data/quality", (C("8.3", "quality"),)),
        ("lifecycle:7.6>7.2", (B("8.7", "8.2"),)),
        ("data>build", (B("8.3", "8.4"),)),
        ("8.1-8.3", clauses("8.1", "8.2", "8.3")),
    ],
)
def test_expressions_of_a_published_run(text, expected):
    assert PUBLISHED.expression(text) == expected


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["names nothing"]),
        (" \t", ["names nothing"]),
        (",", ["no clause"]),
        ("7.4,", ["no clause", '"7.4,"']),
        ("7.4/", ["no aspect after the slash"]),
        ("/robustness", ["no clause"]),
        (":7.4", ["no catalogue before the colon"]),
        ("7.4/a/b", ["[catalogue:]clause[/aspect]"]),
        ("a:b:7.4", ["[catalogue:]clause[/aspect]"]),
        ("7.4/a:b", ["[catalogue:]clause[/aspect]"]),
        ("7.2>7.3>7.4", ["joins two clauses"]),
        ("7.4-7.2", ["runs backwards", '"7.2-7.4"']),
        ("7.9", ["unknown clause", "did you mean", "7.4 vv"]),
        ("7.4/robustnes", ['did you mean "7.4/robustness"?', "7.4/calibration"]),
        ("7.3/robustness", ['did you mean "7.4/robustness"?', "7.3/environment"]),
        ("7.3/robustnes", ['did you mean "7.4/robustness"?']),
        ("7.3/performance", ['"7.4/performance" or "7.6/performance"']),
        ("data/rubbish", ["has no aspect", "7.2/provenance"]),
        ("society/rubbish", ["no clause of", "8.5/privacy"]),
        ("robustness", ['did you mean "7.4/robustness"?']),
        ("dat colection", ['"data-collection"']),
        ("v/robustness", ['"vv/robustness"']),
        ("7.7/drift", ['"7.6/drift"']),
        ("zzz/robustness", ['"7.4/robustness"']),
        ("zz/robustnes", ['"vv/robustness"']),
        ("qqqqqqq/qqqqqqq", ["unknown clause"]),
        ("8.6", ["Another catalogue knows iso23053-2022:8.6"]),
        ("lifecycl:7.4", ['did you mean "lifecycle:7.4"?']),
        ("nist:7.4", ["unknown catalogue", "Known are lifecycle, iso23053-2022"]),
        ("iso23053-2022:9.9", ["in catalogue iso23053-2022"]),
        ("iso23053-2022:7.4", ["iso23053-2022:7.4 has no counterpart in the run's catalogue, lifecycle"]),
        ("iso23053-2022:8.2>8.3", ["no counterpart"]),
        ("7.3>7.2", ['did you mean "7.2>7.3"?']),
        ("7.2>7.4", ["is no boundary", "7.2>7.3, 7.3>7.4"]),
        ("7.2-7.4>7.3-7.5", ["several boundaries", "7.2>7.3, 7.3>7.4, 7.4>7.5"]),
        ("7.2/quality>7.3", ["not their aspects"]),
        ("7.2>iso23053-2022:8.5", ["is no boundary"]),
        ("iso23053-2022:8.2>8.5", ["is no boundary of catalogue iso23053-2022"]),
        ("\x00\x1b[31m", ['"\\x00\\x1b[31m"']),
        ("x" * 500, ["…"]),
    ],
)
def test_what_cannot_be_meant_is_explained(text, parts):
    with pytest.raises(UnknownReference) as error:
        LIFECYCLE.expression(text)
    for part in parts:
        assert part in str(error.value)
    assert str(error.value).isprintable()


def test_the_same_number_means_another_clause_in_another_catalogue():
    with pytest.raises(UnknownReference, match=r'did you mean "8.5/robustness"\?') as error:
        PUBLISHED.expression("7.4/robustness")
    assert "Semi-supervised" in str(error.value)
    assert "lifecycle:7.4/robustness" in str(error.value)


def test_long_catalogues_are_not_listed_whole():
    with pytest.raises(UnknownReference, match=r"…$"):
        PUBLISHED.expression("lifecycles")


class TestReference:
    def test_one(self):
        assert LIFECYCLE.reference("7.4/fairness") == C("7.4", "fairness")
        assert LIFECYCLE.reference("7.2>7.3") == B("7.2", "7.3")
        assert LIFECYCLE.reference("8.2/threats-covered") == C("8.2", "threats-covered")
        assert LIFECYCLE.reference("iso23053-2022:8.5") == C("7.4")

    @pytest.mark.parametrize("text", ["7.2-7.4", "7.2,7.3", "society"])
    def test_several_are_refused(self, text):
        with pytest.raises(UnknownReference, match="names several"):
            LIFECYCLE.reference(text)

    def test_a_clause_that_answers_two(self):
        with pytest.raises(UnknownReference, match=r"names several \(8.2, 8.3\)"):
            PUBLISHED.reference("lifecycle:7.2")


class Names(enum.StrEnum):
    VV = "7.4"


class Mixed(str, enum.Enum):  # noqa: UP042 - its str() is not its text
    VV = "7.4"


class Rude:
    def __repr__(self) -> str:
        raise RuntimeError("no")


class TestMarker:
    def test_clauses_add_up(self):
        assert LIFECYCLE.marker(["7.4", "vv/robustness", "7.4"]) == Resolution(
            clauses=(C("7.4"), C("7.4", "robustness"))
        )

    def test_the_keyword_aspect_goes_to_every_clause(self):
        assert LIFECYCLE.marker(["7.4", "7.6"], "performance").clauses == (
            C("7.4", "performance"),
            C("7.6", "performance"),
        )

    def test_enumerations_of_texts(self):
        assert LIFECYCLE.marker([Names.VV, Mixed.VV]).clauses == (C("7.4"),)

    def test_another_catalogue_is_translated_and_shown(self):
        assert LIFECYCLE.marker(["iso23053-2022:8.5", "iso23053-2022:vv/robustness"]) == Resolution(
            clauses=(C("7.4"), C("7.4", "robustness")),
            translated=("iso23053-2022:8.5 = 7.4", "iso23053-2022:8.5/robustness = 7.4/robustness"),
        )
        assert PUBLISHED.marker(["lifecycle:7.2"]) == Resolution(
            clauses=(C("8.2"), C("8.3")), translated=("lifecycle:7.2 = 8.2, 8.3",)
        )

    def test_what_has_no_counterpart_is_listed(self):
        assert PUBLISHED.marker(["lifecycle:8.4/bias", "8.5"]) == Resolution(
            clauses=(C("8.5"),), outside=("lifecycle:8.4/bias",)
        )
        assert LIFECYCLE.marker(["iso23053-2022:7.4"]) == Resolution(clauses=(), outside=("iso23053-2022:7.4",))

    @pytest.mark.parametrize("reference", ["7.4/requirements", "iso23053-2022:8.5/requirements", "8.2/waivers-owned"])
    def test_computed_aspects_are_refused(self, reference):
        with pytest.raises(UnknownReference, match="judged after the run"):
            LIFECYCLE.marker([reference])

    def test_computed_aspects_are_refused_where_they_have_no_counterpart_too(self):
        with pytest.raises(UnknownReference, match="judged after the run"):
            PUBLISHED.marker(["lifecycle:8.2/threats-covered"])

    def test_a_boundary_is_refused(self):
        with pytest.raises(UnknownReference, match=r'boundary\("7.2", "7.3"\)'):
            LIFECYCLE.marker(["7.2>7.3"])

    @pytest.mark.parametrize(
        ("argument", "part"),
        [
            (7.4, 'write it as a string: clause("7.4")'),
            (7, 'write it as a string: clause("7")'),
            (True, "no text"),
            (None, "no text"),
            (b"7.4", "no text"),
            (["7.4", "7.5"], "separate arguments"),
            (("7.4",), "separate arguments"),
            (object(), "no text"),
            (Rude(), "<Rude> is no text"),
            ("", "names nothing"),
            ("   ", "names nothing"),
        ],
    )
    def test_any_object_is_answered(self, argument, part):
        with pytest.raises(UnknownReference) as error:
            LIFECYCLE.marker([argument])
        assert part in str(error.value)

    def test_no_argument(self):
        with pytest.raises(UnknownReference, match="no clause named"):
            LIFECYCLE.marker([])

    @pytest.mark.parametrize(
        ("ids", "aspect", "part"),
        [
            (["7.4/robustness"], "fairness", "names an aspect already"),
            (["7.4,7.6"], "performance", "single clauses"),
            (["7.2>7.3"], "performance", "single clauses"),
            (["7.4"], "a/b", "single clauses"),
            (["7.4"], 3, 'clause("7.4", aspect="robustness")'),
            (["7.4"], "", 'aspect="robustness"'),
            (["7.4"], "robustnes", '"7.4/robustness"'),
        ],
    )
    def test_the_keyword_aspect_misused(self, ids, aspect, part):
        with pytest.raises(UnknownReference) as error:
            LIFECYCLE.marker(ids, aspect)
        assert part in str(error.value)


class TestBoundary:
    def test_in_the_run_and_from_elsewhere(self):
        assert LIFECYCLE.boundary("7.2", " build ") == B("7.2", "7.3")
        assert PUBLISHED.boundary("lifecycle:7.2", "lifecycle:7.3") == B("8.3", "8.4")
        assert LIFECYCLE.boundary("iso23053-2022:8.7", "data") == B("7.6", "7.2")

    def test_outside_the_run(self):
        assert LIFECYCLE.boundary("iso23053-2022:8.2", "iso23053-2022:8.3") is None
        assert LIFECYCLE.boundary("iso23053-2022:7.4", "7.3") is None

    @pytest.mark.parametrize(
        ("ends", "part"),
        [
            (("7.2", 7.3), 'boundary("7.2", "7.3")'),
            (("7.2>7.3", "7.4"), "joins two clauses"),
            (("7.2,7.3", "7.4"), "joins two clauses"),
            (("7.2/quality", "7.3"), "not their aspects"),
            (("7.2", "7.33"), "unknown clause"),
            (("minimum", "maximum"), "unknown clause"),
        ],
    )
    def test_mistakes(self, ends, part):
        with pytest.raises(UnknownReference) as error:
            LIFECYCLE.boundary(*ends)
        assert part in str(error.value)


class TestAlso:
    def test_what_follows_comes_behind_what_was_given(self):
        given_clauses = (C("7.5", "inversion"), C("7.4"), C("7.3", "memorisation"), C("7.5", "packaging"))
        assert LIFECYCLE.with_also(given_clauses) == (*given_clauses, C("8.5", "privacy"), C("8.5", "security"))

    def test_nothing_follows_from_a_clause_alone_or_from_nowhere(self):
        assert LIFECYCLE.with_also([C("7.4"), C("9.9", "fairness")]) == (C("7.4"), C("9.9", "fairness"))


class TestThreat:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("AML.T0015", "AML.T0015"),
            (" aml.t0024.002 ", "AML.T0024.002"),
            ("ml01", "ML01"),
            ("ML01:2023", "ML01"),
            ("LLM01:2025", "LLM01"),
            ("NISTAML.022", "NISTAML.022"),
        ],
    )
    def test_known(self, text, expected):
        assert LIFECYCLE.threat(text) == expected

    @pytest.mark.parametrize(
        ("text", "part"),
        [
            ("AML.T0105", "did you mean"),
            ("NISTAML.22", '"NISTAML.022"'),
            ("Evade AI Model", '"AML.T0015"'),
            ("LLM01:1999", "unknown threat"),
            ("AML.M0015", "is a mitigation"),
            ("§", "Known are ids of MITRE ATLAS 5.6.1"),
            ("", "is no threat id"),
            (15, 'threat("AML.T0015")'),
        ],
    )
    def test_unknown(self, text, part):
        with pytest.raises(UnknownReference) as error:
            LIFECYCLE.threat(text)
        assert part in str(error.value)


def test_only_the_catalogues_given_are_known_beside_the_run_s():
    alone = Resolver(load_catalogue("lifecycle"), others=())
    assert alone.expression("lifecycle:7.4") == clauses("7.4")
    with pytest.raises(UnknownReference, match="unknown catalogue"):
        alone.expression("iso23053-2022:8.5")


def test_parts_of_the_notation():
    assert parse("a:b/c>d, e") == (
        Term(Side("a", "b", "c"), Side("a", "d")),
        Term(Side(None, "e")),
    )
    assert str(Side("a", "b", "c")) == "a:b/c"
    assert str(Side(None, "b")) == "b"


ALPHABET = st.one_of(
    st.text(max_size=30),
    st.lists(
        st.sampled_from(
            [*"7.4-/>:, &_→", "7.2", "7.4", "8.5", "vv", "data", "robustness", "lifecycle", "iso23053-2022"]
        ),
        max_size=9,
    ).map("".join),
)


def message_of(attempt) -> str:
    try:
        attempt()
    except UnknownReference as error:
        return str(error)
    return ""


@given(ALPHABET, ALPHABET)
def test_nothing_but_unknown_reference_is_ever_raised(text, other):
    for resolver in (LIFECYCLE, PUBLISHED):
        for attempt in (
            lambda: resolver.marker([text], other),  # noqa: B023 - called at once
            lambda: resolver.marker([text, other]),  # noqa: B023
            lambda: resolver.boundary(text, other),  # noqa: B023
            lambda: resolver.reference(text),  # noqa: B023
            lambda: resolver.expression(text),  # noqa: B023
            lambda: resolver.threat(text),  # noqa: B023
        ):
            assert message_of(attempt).isprintable()


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.binary() | st.text(), st.lists))
def test_marker_arguments_of_any_kind(argument):
    assert len(message_of(lambda: LIFECYCLE.marker([argument]))) < 1000


def every_reference(resolver: Resolver):
    for clause in resolver.catalogue.clauses():
        yield C(clause.id)
        yield from (C(clause.id, aspect.id) for aspect in clause.aspects)
    yield from (B(item.from_clause, item.to_clause) for item in resolver.catalogue.boundaries)


@pytest.mark.parametrize("name", shipped_catalogues())
def test_every_reference_survives_being_written_down(name):
    resolver = Resolver(load_catalogue(name))
    references = tuple(every_reference(resolver))
    for reference in references:
        assert resolver.reference(str(reference)) == reference
        assert resolver.reference(f"{name}:{reference}") == reference
    assert resolver.expression(",".join(map(str, references))) == references


@given(st.data())
def test_spacing_case_and_slugs_do_not_matter(data):
    clause = data.draw(st.sampled_from(list(LIFECYCLE.catalogue.clauses())))
    name = data.draw(st.sampled_from([clause.id, clause.slug, *clause.aliases]))
    aspect = data.draw(st.sampled_from(clause.aspects)).id
    spaces = [data.draw(st.sampled_from(["", " ", "  "])) for _ in range(4)]
    change = data.draw(st.sampled_from([str.upper, str.lower, str.title]))
    text = f"{spaces[0]}{change(name)}{spaces[1]}/{spaces[2]}{change(aspect)}{spaces[3]}"
    assert LIFECYCLE.reference(text) == C(clause.id, aspect)
