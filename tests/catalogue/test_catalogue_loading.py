"""A catalogue of one's own: read whole, refused with every mistake at once, or taken as it stands."""

from __future__ import annotations

import copy
import hashlib
import os
import subprocess
import sys
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_iso23053.catalogue.check import check
from pytest_iso23053.catalogue.load import CatalogueError, load_catalogue, shipped_catalogues
from pytest_iso23053.catalogue.reference import BoundaryReference, ClauseReference
from pytest_iso23053.catalogue.resolver import Resolution, Resolver, UnknownReference
from pytest_iso23053.catalogue.shape import CATALOGUE, Mistakes, clean
from pytest_iso23053.catalogue.shipped import shipped_data, shipped_path

SMALL = """
id = "process"
title = "Our release process"
edition = "2026-03"

[[phases]]
id = "data"
title = "Data"

[[phases.clauses]]
id = "D.1"
slug = "data-contract"
title = "Data contract"
aliases = ["contract"]
counterparts = ["lifecycle:7.2", "iso23053-2022:preparation"]
aspects = [
  { id = "schema", title = "Schema", verb = "reject", condition = "misfits", also = ["release-tests/size"] },
  { id = "freshness", title = "Freshness", required = false },
]

[[phases.clauses]]
id = "D.2"
slug = "reading"
title = "Reading list"
descriptive = true
certainty = 0.5

[[phases]]
id = "release"
title = "Release"
aliases = ["going-live"]

[[phases.clauses]]
id = "R-1"
slug = "release-tests"
title = "Release tests"
aspects = [{ id = "size", title = "Size", crosswalk = { internal = ["X-7"] } }]

[[phases.clauses]]
id = "R"
slug = "release-notes"
title = "Release notes"

[[boundaries]]
from = "contract"
to = "R-1"

[[profiles]]
id = "strict"
title = "Strict"
require = ["contract/freshness"]
boundaries = ["data-contract>release-tests"]

[[threats]]
id = "OWN-1"
title = "Somebody leans on the keyboard"
"""


@pytest.fixture
def write(tmp_path):
    def write(text: str, name: str = "own.toml") -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return write


@pytest.fixture
def load(write, tmp_path):
    return lambda text: load_catalogue(write(text), rootdir=tmp_path)


@pytest.fixture
def mistakes(load):
    def mistakes(text: str) -> tuple[str, ...]:
        with pytest.raises(CatalogueError) as error:
            load(text)
        assert str(error.value) == "\n".join(error.value.mistakes)
        assert all(mistake.startswith("own.toml: ") for mistake in error.value.mistakes)
        return tuple(mistake.removeprefix("own.toml: ") for mistake in error.value.mistakes)

    return mistakes


def fresh_interpreter(program: str) -> None:
    """Run a program without coverage, which would import and trace what is to be measured."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


class TestShipped:
    def test_the_default_comes_first(self):
        assert shipped_catalogues() == ("lifecycle", "iso23053-2022")

    @pytest.mark.parametrize("name", shipped_catalogues())
    def test_digest_is_of_the_file(self, name):
        catalogue = load_catalogue(name)
        assert catalogue.sha256 == hashlib.sha256(shipped_path(name).read_bytes()).hexdigest()
        assert catalogue.id == name
        assert catalogue.path == str(shipped_path(name))

    def test_read_once(self):
        assert load_catalogue("lifecycle") is load_catalogue("lifecycle")

    def test_reading_is_cheap(self):
        """It takes some 3 ms; the bound leaves room for a slower machine, not for a slower way."""
        program = """
            import sys, time
            from pytest_iso23053.catalogue.load import _load
            from pytest_iso23053.catalogue.shipped import shipped_path
            def duration():
                start = time.process_time()
                _load(shipped_path("lifecycle"), shown_as="lifecycle.toml")
                return time.process_time() - start
            assert min(duration() for _ in range(5)) < 0.015
        """
        fresh_interpreter(program)

    def test_a_run_s_start_reads_one_catalogue_and_nothing_heavy(self):
        program = """
            import sys
            from pytest_iso23053.catalogue.resolver import Resolver, load_catalogue
            from pytest_iso23053.catalogue.shipped import shipped_data
            assert not {"tomllib", "difflib", "hashlib"} & set(sys.modules)
            resolver = Resolver(load_catalogue("lifecycle"))
            resolver.with_also(resolver.marker(["7.4/robustness", "7.2-7.6"]).clauses)
            resolver.boundary("7.2", "7.3")
            assert not {"numpy", "pytest", "click", "jsonschema", "difflib"} & set(sys.modules)
            assert shipped_data.cache_info().currsize == 0, "neither crosswalk nor threats"
        """
        fresh_interpreter(program)

    def test_unknown_id(self):
        with pytest.raises(CatalogueError, match=r'did you mean "lifecycle"\?') as error:
            load_catalogue("lifecycles")
        assert "path of its TOML file" in str(error.value)
        assert isinstance(error.value, ValueError)


class TestOwn:
    def test_the_records(self, load, tmp_path):
        catalogue = load(SMALL)
        assert catalogue.sha256 == hashlib.sha256((tmp_path / "own.toml").read_bytes()).hexdigest()
        contract, reading, tests, notes = catalogue.clauses()
        assert contract.process == "Data contract"
        assert [(aspect.id, aspect.required) for aspect in contract.aspects] == [("schema", True), ("freshness", False)]
        assert contract.aspect("schema").also == ("R-1/size",)
        assert contract.aspect("freshness").condition == "Freshness"
        assert contract.aspect("schema").crosswalk == {}
        assert tests.aspect("size").crosswalk == {"internal": ("X-7",)}
        assert reading.descriptive
        assert reading.certainty == 0.5
        assert [(aspect.id, aspect.required) for aspect in notes.aspects] == [("general", True)]
        assert [str(boundary) for boundary in catalogue.boundaries] == ["D.1>R-1"]
        assert catalogue.profile("strict").require == ("D.1/freshness",)
        assert catalogue.profile("strict").boundaries == ("D.1>R-1",)
        assert catalogue.threats == {"OWN-1": "Somebody leans on the keyboard"}

    def test_its_names_resolve(self, load):
        resolver = Resolver(load(SMALL))
        assert resolver.reference("d.1/SCHEMA") == ClauseReference("D.1", "schema")
        assert resolver.reference("R-1") == ClauseReference("R-1"), "a name before a range"
        assert resolver.expression("D.1-R-1") == tuple(map(ClauseReference, ("D.1", "D.2", "R-1")))
        assert resolver.expression("going live") == tuple(map(ClauseReference, ("R-1", "R")))
        assert resolver.boundary("contract", "R-1") == BoundaryReference("D.1", "R-1")
        assert resolver.threat("own-1") == "OWN-1"
        assert resolver.with_also([ClauseReference("D.1", "schema")])[1:] == (ClauseReference("R-1", "size"),)

    def test_its_counterparts_translate(self, load):
        resolver = Resolver(load(SMALL))
        assert resolver.marker(["lifecycle:data"]) == Resolution(
            clauses=(ClauseReference("D.1"),), translated=("lifecycle:7.2 = D.1",)
        )
        assert resolver.marker(["iso23053-2022:8.3"]).clauses == (ClauseReference("D.1"),)
        # 8.2 answers 7.2, and 7.2 answers D.1.
        assert resolver.marker(["iso23053-2022:8.2"]).clauses == (ClauseReference("D.1"),)
        assert resolver.marker(["lifecycle:7.2/quality"]).outside == ("lifecycle:7.2/quality",)
        lifecycle = Resolver(load_catalogue("lifecycle"), [load(SMALL)])
        assert lifecycle.marker(["process:contract"]).clauses == (ClauseReference("7.2"),)

    def test_the_way_leads_through_each_catalogue_once(self, load):
        own = load(SMALL.replace('"lifecycle:7.2", ', ""))
        resolver = Resolver(own)
        assert resolver.marker(["iso23053-2022:8.3"]).clauses == (ClauseReference("D.1"),)
        assert resolver.marker(["iso23053-2022:8.2"]).outside == ("iso23053-2022:8.2",)

    def test_counterparts_in_catalogues_that_are_not_there(self, load):
        own = load(SMALL.replace('"lifecycle:7.2"', '"elsewhere:1", "process:R-D.1"'))
        assert Resolver(own).marker(["iso23053-2022:8.3"]).clauses == (ClauseReference("D.1"),)

    def test_a_catalogue_without_boundaries(self, load):
        text = SMALL.split("[[boundaries]]", maxsplit=1)[0]
        with pytest.raises(UnknownReference, match="It has none"):
            Resolver(load(text)).boundary("D.1", "R-1")

    def test_by_absolute_path_and_in_a_folder(self, write, tmp_path, monkeypatch):
        (tmp_path / "standards").mkdir()
        write(SMALL, "standards/small.toml")
        assert load_catalogue(str(tmp_path / "standards" / "small.toml")).id == "process"
        assert load_catalogue("standards/small.toml", rootdir=tmp_path).id == "process"
        monkeypatch.chdir(tmp_path)
        assert load_catalogue("standards/small.toml").id == "process"

    def test_a_byte_order_mark_is_no_mistake(self, tmp_path):
        (tmp_path / "own.toml").write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
        assert load_catalogue("own.toml", rootdir=tmp_path).id == "process"


EXTENDING = """
id = "ours"
title = "ML life cycle, as we run it"
edition = "1"
extends = "lifecycle"
"""


class TestExtending:
    def test_what_is_not_said_is_inherited(self, load):
        ours, base = load(EXTENDING), load_catalogue("lifecycle")
        assert list(ours.clauses()) == list(base.clauses())
        assert ours.boundaries == base.boundaries
        assert ours.profiles == base.profiles
        assert (ours.id, ours.extends, ours.source, ours.note) == ("ours", ("lifecycle",), "", "")

    def test_what_is_said_is_laid_over(self, load):
        ours = load(
            EXTENDING
            + """
[[phases]]
id = "vv"
[[phases.clauses]]
id = "7.4"
title = "Validation"
aspects = [{ id = "calibration", required = true }, { id = "latency", title = "Latency" }]
[[phases]]
id = "legal"
title = "Legal"
[[phases.clauses]]
id = "9.1"
slug = "legal"
title = "Legal"
[[boundaries]]
from = "7.2"
to = "7.3"
condition = "unsigned files"
[[boundaries]]
from = "7.6"
to = "9.1"
"""
        )
        clause = ours.clause("7.4")
        assert (clause.title, clause.slug, clause.process) == ("Validation", "vv", "Verification & Validation")
        assert clause.aspect("calibration").required
        assert clause.aspect("calibration").verb == "bound"
        assert [aspect.id for aspect in clause.aspects][-1] == "latency"
        assert [phase.id for phase in ours.phases][-2:] == ["society", "legal"]
        assert (ours.boundaries[0].verb, ours.boundaries[0].condition) == ("reject", "unsigned files")
        assert str(ours.boundaries[-1]) == "7.6>9.1"
        assert clause.aspect("robustness").crosswalk["owasp_ml"] == ("ML01", "ML09")
        assert not clause.aspect("latency").crosswalk
        assert not load_catalogue("lifecycle").clause("7.4").aspect("calibration").required

    def test_references_to_the_base_are_at_home(self, load):
        resolver = Resolver(load(EXTENDING))
        assert resolver.marker(["lifecycle:7.4/fairness"]).clauses == (ClauseReference("7.4", "fairness"),)
        assert resolver.marker(["iso23053-2022:8.5"]).translated == ("iso23053-2022:8.5 = 7.4",)
        assert resolver.boundary("lifecycle:7.2", "lifecycle:7.3") == BoundaryReference("7.2", "7.3")

    def test_a_chain_of_files(self, write, load):
        write(EXTENDING, "base.toml")
        top = load(EXTENDING.replace('"ours"', '"top"').replace('"lifecycle"', '"base.toml"'))
        assert top.extends == ("ours", "lifecycle")
        assert Resolver(top).marker(["lifecycle:7.4"]).clauses == (ClauseReference("7.4"),)
        assert top.clause("7.4").aspect("backdoor").crosswalk

    def test_a_circle_of_files(self, write, tmp_path):
        write(EXTENDING.replace('"ours"', '"other"').replace('"lifecycle"', '"own.toml"'), "other.toml")
        with pytest.raises(CatalogueError) as error:
            load_catalogue(write(EXTENDING.replace('"lifecycle"', '"other.toml"')), rootdir=tmp_path)
        assert error.value.mistakes == ("other.toml: extends: runs in a circle: own.toml → other.toml → own.toml",)

    def test_itself(self, mistakes):
        assert mistakes(EXTENDING.replace('"lifecycle"', '"own.toml"'))[0] == (
            "extends: runs in a circle: own.toml → own.toml"
        )

    def test_nothing_there(self, mistakes):
        assert "neither shipped nor at" in mistakes(EXTENDING.replace('"lifecycle"', '"lifecycel"'))[0]
        assert 'did you mean "lifecycle"?' in mistakes(EXTENDING.replace('"lifecycle"', '"lifecycel"'))[0]

    def test_mistakes_of_the_base_are_told_with_its_name(self, write, tmp_path):
        write("id = 3\nnonsense = 1", "base.toml")
        name = write(EXTENDING.replace('"lifecycle"', '"base.toml"') + "more = 1\n")
        with pytest.raises(CatalogueError) as error:
            load_catalogue(name, rootdir=tmp_path)
        assert [mistake.split(": ")[:2] for mistake in error.value.mistakes[:3]] == [
            ["own.toml", "more"],
            ["base.toml", "id"],
            ["base.toml", "nonsense"],
        ]

    def test_a_base_that_is_no_toml(self, write, tmp_path):
        write("id = ", "base.toml")
        with pytest.raises(CatalogueError, match=r"^base\.toml: at its end: not valid TOML: Invalid value$"):
            load_catalogue(write(EXTENDING.replace('"lifecycle"', '"base.toml"')), rootdir=tmp_path)

    def test_its_own_name_is_missing(self, mistakes):
        assert mistakes('extends = "lifecycle"') == ("id: missing", "title: missing", "edition: missing")


class TestMistakes:
    def test_all_at_once_each_with_its_key(self, mistakes):
        found = mistakes(
            """
id = 7.4
titel = "Misspelled"
edition = 2026
verified = "no"
threats = [{ title = "no id" }]

[[phases]]
id = "a"

[[phases.clauses]]
id = 7.4
slug = "No Slug"
certainty = 2
aspects = "all"

[[phases.clauses]]
id = "1"
aspects = [
  { id = "one", requird = true, also = ["1/two"], computed = "waivers-ownd" },
  { id = "two", title = "", also = ["1/three", "nowhere/at-all"] },
  { title = "nameless" },
]

[[boundaries]]
from = "1"

[[profiles]]
id = "p"
title = "P"
require = ["1/twoo"]
boundaries = ["1>2"]
"""
        )
        keys = [mistake.split(": ", maxsplit=1)[0] for mistake in found]
        assert keys == [
            "id",
            "titel",
            "edition",
            "verified",
            "threats[#1].id",
            "phases[a].clauses[#1].id",
            "phases[a].clauses[#1].slug",
            "phases[a].clauses[#1].certainty",
            "phases[a].clauses[#1].aspects",
            "phases[a].clauses[1].aspects[one].requird",
            "phases[a].clauses[1].aspects[two].title",
            "phases[a].clauses[1].aspects[#3].id",
            "boundaries[#1].to",
            "title",
            "phases[a].title",
            "phases[a].clauses[1].slug",
            "phases[a].clauses[1].title",
            "phases[a].clauses[1].aspects[one].title",
            "phases[a].clauses[1].aspects[one].computed",
            "phases[a].clauses[1].aspects[one].also",
            "phases[a].clauses[1].aspects[two].also",
            "phases[a].clauses[1].aspects[two].also",
            "profiles[p].require",
            "profiles[p].boundaries",
        ]
        text = "\n".join(found)
        assert 'write id = "7.4"' in text
        assert 'did you mean "title"?' in text
        assert 'did you mean "required"?' in text
        assert 'did you mean "waivers-owned"?' in text
        assert 'did you mean "1/two"' in text

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            (('id = "D.2"', 'id = "d.1"'), "phases[data].clauses[d.1].id: used twice"),
            (('slug = "reading"', 'slug = "contract"'), 'phases[data].clauses[D.2]: "contract" is a name of'),
            (('slug = "reading"', 'slug = "r-1"'), 'phases[release].clauses[R-1]: "r-1" is a name of'),
            (
                ('aliases = ["going-live"]', 'aliases = ["DATA"]'),
                'phases[release]: "data" is a name of phases[data] too',
            ),
            (('aliases = ["going-live"]', 'aliases = ["contract"]'), 'phases[release]: "contract" is a name of'),
            (('id = "freshness"', 'id = "schema"'), "phases[data].clauses[D.1].aspects[schema].id: used twice"),
            (('"release-tests/size"', '"contract/freshnes"'), 'did you mean "D.1/freshness"?'),
            (('"release-tests/size"', '"contract"'), 'no aspect "contract"'),
            (('"release-tests/size"', '"contract/schema"'), "also: runs in a circle: D.1/schema → D.1/schema"),
            (('title = "Freshness"', 'title = "F", computed = "requirements", also = ["R-1/size"]'), "nothing follows"),
            (('title = "Size"', 'title = "S", computed = "requirements"'), "R-1/size is computed"),
            (("descriptive = true", 'descriptive = true\naspects = [{id = "a", title = "A"}]'), "leave out one"),
            (('from = "contract"', 'from = "contrct"'), 'boundaries[contrct>R-1].from: no clause "contrct"'),
            (('from = "contract"', 'from = "R-1"'), "two different clauses"),
            (("[[profiles]]", '[[boundaries]]\nfrom = "D.1"\nto = "release-tests"\n[[profiles]]'), "stands here twice"),
            (
                ("[[threats]]", '[[profiles]]\nid = "STRICT"\ntitle = "S"\n[[threats]]'),
                "profiles[strict].id: used twice",
            ),
            (('"lifecycle:7.2"', '"7.2"'), 'write it as "lifecycle:7.4"'),
            (('"lifecycle:7.2"', '"lifecycle: "'), 'write it as "lifecycle:7.4"'),
            (('"lifecycle:7.2"', '"lifecycle:7.22"'), 'did you mean "lifecycle:7.2"'),
            (('id = "process"', 'id = "lifecycle"'), "is the id of a shipped catalogue"),
            (("certainty = 0.5", "certainty = true"), "expected a number from 0 to 1, found True"),
            (("certainty = 0.5", "certainty = nan"), "expected a number from 0 to 1"),
            (('internal = ["X-7"]', 'internal = "X-7"'), "a table of lists"),
            (('aliases = ["contract"]', 'aliases = "contract"'), "a list of texts"),
            (("[[threats]]", "[threats]"), "write [[threats]] above each"),
            (('title = "Reading list"', 'title = ["x"]'), "text in quotes, not empty"),
            (('id = "strict"', 'id = "stri ct"'), "profiles[#1].id: expected an id"),
        ],
    )
    def test_one_by_one(self, mistakes, change, expected):
        assert change[0] in SMALL
        found = mistakes(SMALL.replace(change[0], change[1], 1))
        assert sum(expected in mistake for mistake in found) == 1, found
        assert len(found) <= 4, "a mistake may make references to it dangle, no more"

    def test_a_longer_circle_is_told_once(self, mistakes):
        text = SMALL.replace('title = "Size"', 'title = "S", also = ["D.1/freshness", "R-1/weight"]').replace(
            'title = "Freshness"', 'title = "F", also = ["D.1/schema", "R-1/size"]'
        )
        text = text.replace("crosswalk = { internal", 'note = "", crosswalk = { internal').replace(
            'X-7"] } }]', 'X-7"] } }, { id = "weight", title = "Weight" }]'
        )
        assert mistakes(text) == (
            "phases[data].clauses[D.1].aspects[schema].also: "
            "runs in a circle: D.1/schema → R-1/size → D.1/freshness → D.1/schema",
        )

    def test_two_ways_to_one_aspect_are_no_circle(self, load):
        text = SMALL.replace('title = "Freshness"', 'title = "F", also = ["R-1/size"]').replace(
            'also = ["release-tests/size"]', 'also = ["R-1/size", "D.1/freshness"]'
        )
        found = Resolver(load(text)).with_also([ClauseReference("D.1", "schema")])
        assert found[1:] == (ClauseReference("R-1", "size"), ClauseReference("D.1", "freshness"))

    def test_a_phase_without_clauses(self, mistakes):
        assert mistakes(SMALL + '\n[[phases]]\nid = "x"\ntitle = "X"\nclauses = []\n') == (
            "phases[x].clauses: a phase needs at least one clause",
        )
        assert mistakes(SMALL + '\n[[phases]]\nid = "x"\ntitle = "X"\n') == ("phases[x].clauses: missing",)

    def test_no_phases_at_all(self, mistakes):
        assert mistakes('id = "x"\ntitle = "X"\nedition = "1"') == ("phases: missing",)
        assert mistakes('id = "x"\ntitle = "X"\nedition = "1"\nphases = []') == (
            "phases: a catalogue needs at least one phase",
        )

    def test_a_clause_in_two_phases(self, mistakes):
        text = (
            EXTENDING + '\n[[phases]]\nid = "x"\ntitle = "X"\n[[phases.clauses]]\nid = "7.4"\nslug = "x"\ntitle = "X"\n'
        )
        assert mistakes(text) == ("phases[x].clauses[7.4].id: used twice: it is the id of phases[vv].clauses[7.4] too",)

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b'id = "x"\ntitle = \n', "line 2, column 9: not valid TOML: Invalid value"),
            (b'id = "x"\nid = "y"\n', "line 2, column 9: not valid TOML: Cannot overwrite a value"),
            (b'id = "x', "not valid TOML"),
            (b'id = "x"\ntitle = "\xff"\n', "line 2: not UTF-8 text"),
            (b"id = " + b"[" * 5000, "nested too deeply"),
            (b"id = " + b"1" * 5000, "a number too long to read"),
        ],
    )
    def test_no_toml(self, tmp_path, content, expected):
        (tmp_path / "own.toml").write_bytes(content)
        with pytest.raises(CatalogueError) as error:
            load_catalogue("own.toml", rootdir=tmp_path)
        assert expected in str(error.value)
        assert str(error.value).startswith("own.toml: ")

    def test_no_file(self, tmp_path):
        with pytest.raises(CatalogueError, match=r"missing\.toml: cannot be read: No such file"):
            load_catalogue("missing.toml", rootdir=tmp_path)
        with pytest.raises(CatalogueError, match="cannot be read"):
            load_catalogue("./", rootdir=tmp_path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


@given(st.data())
def test_no_damage_to_a_file_is_more_than_mistakes(data):
    """Whatever stands in place of any part of a catalogue, the answer is a list of mistakes."""
    damaged = copy.deepcopy(shipped_data("lifecycle"))
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(list(places(damaged))[1:]))
        target = damaged
        for key in path:
            target = target[key]
        if data.draw(st.booleans()):
            target[last] = data.draw(JSON)
        else:
            del target[last]
    mistakes = Mistakes("x.toml")
    check(clean(damaged, CATALOGUE, "", mistakes), mistakes)
    assert all(mistake.startswith("x.toml: ") for mistake in mistakes.found)
