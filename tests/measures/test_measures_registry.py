"""The registry: one declaration a measure, complete and true, and room for measures of others."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys

import pytest

import pytest_iso23053
from pytest_iso23053 import Measurement, measures
from pytest_iso23053.assurance import context
from pytest_iso23053.catalogue.load import load_catalogue
from pytest_iso23053.catalogue.resolver import Resolver
from pytest_iso23053.measures import registry

SHIPPED = [each for each in registry.all_measures() if each.origin == "shipped"]


@pytest.fixture
def own_measures(monkeypatch):
    """A registry of which the test may take possession."""
    monkeypatch.setattr(registry, "_measures", dict(registry._measures))


@pytest.mark.parametrize("measure", SHIPPED, ids=lambda measure: measure.id)
def test_every_declaration_names_what_exists(measure):
    catalogue = load_catalogue("lifecycle")
    resolver = Resolver(catalogue)
    clause = catalogue.clause(measure.clause)
    assert clause is not None
    if measure.aspect is not None:
        aspect = clause.aspect(measure.aspect)
        assert aspect is not None
        assert aspect.computed is None
    else:
        assert measure.boundary is not None
    if measure.boundary is not None:
        assert resolver.boundary(*measure.boundary) is not None
        assert measure.boundary in {(each.from_clause, each.to_clause) for each in catalogue.boundaries}
    assert [resolver.threat(threat) for threat in measure.threats] == list(measure.threats)
    assert measure.source
    assert measure.needs
    assert measure.title.endswith((".", "?"))


@pytest.mark.parametrize("measure", SHIPPED, ids=lambda measure: measure.id)
def test_every_docstring_tells_parameters_and_an_example(measure):
    text = inspect.getdoc(measure.function)
    for name in inspect.signature(measure.function).parameters:
        assert name in text.partition("Examples")[0], name
    assert "Parameters\n----------" in text
    assert ">>> " in text


def test_what_a_type_checker_sees_is_what_there_is():
    """The names are written out for editors; this keeps them the registry's."""
    tree = ast.parse(inspect.getsource(measures))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imported = {
        (node.module, alias.name) for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert imported == {(each.module, each.id) for each in SHIPPED} | {(registry.__name__, "measure")}
    listed = next(node.value for node in block.body if isinstance(node, ast.Assign))
    # Other tests register measures of their own; those are no business of an editor.
    declared = {each.id for each in registry.all_measures()} - {each.id for each in SHIPPED}
    assert sorted(ast.literal_eval(listed)) == sorted(set(dir(measures)) - declared)


def test_measures_are_attributes_and_a_misspelled_one_is_told():
    assert measures.accuracy is registry.get("accuracy").function
    assert pytest_iso23053.measures is measures
    with pytest.raises(AttributeError, match=r"no measure 'acuracy' \(did you mean 'accuracy'\?\)"):
        _ = measures.acuracy
    with pytest.raises(LookupError, match="did you mean 'roc_auc'"):
        registry.get("roc_auk")


def test_conventions_and_nulls_of_the_literature():
    limits = {each.id: (each.limit, each.basis, each.summary) for each in SHIPPED if each.limit}
    assert limits["selection_rate"] == (">= 0.8", "C", "ratio")
    assert limits["true_positive_rate"] == limits["false_positive_rate"] == ("<= 0.1", "C", "difference")
    assert limits["psi"] == ("<= 0.25", "C", None)
    assert limits["gain_over_baseline"] == ("> 0", "N", None)
    assert limits["unsourced_rate"] == ("<= 0", "N", None)


def test_a_limit_without_an_accepted_value_is_a_margin_over_a_control():
    own, none = registry.get("slice_weakness"), registry.get("accuracy")
    assert (own.basis, own.limit) == ("P", "<= 0.05")
    assert own.basis_in_words.startswith("a margin over its own null or control")
    assert none.limit is None
    assert none.basis_in_words == registry.BASES["P"]


def test_a_measure_of_somebody_else(own_measures):
    @measures.measure(clause="7.4", aspect="performance", unit="euro", direction="lower", needs=("model", "test"))
    def cost(model, data, *, price=2):
        """Mean cost of a decision."""
        return Measurement("", 12.5, low=11.0, high=14.0, n=400, params={"price": price}, origin="shipped")

    measured = cost(None, None)
    assert (measured.measure, measured.unit, measured.direction) == ("cost", "euro", "lower")
    assert measured.origin == "user"  # whatever it says of itself
    declared = registry.get("cost")
    assert (declared.title, declared.signature, declared.name) == (
        "Mean cost of a decision.",
        "cost(model, data, *, price=2)",
        "cost",
    )
    assert measures.cost is cost
    assert registry.register(cost).id == "cost"
    with context.activate(context.Context()) as surroundings:
        assert cost(None, None) <= 15
    assert surroundings.records[0]["origin"] == "user"


def test_a_shipped_name_is_taken(own_measures):
    with pytest.raises(ValueError, match=r"a measure accuracy already, in pytest_iso23053.measures.*another name"):

        @measures.measure(clause="7.4", direction="higher")
        def accuracy(model, data):
            """Not the real one."""


def test_what_is_not_declared_is_refused():
    with pytest.raises(TypeError, match=r"print is not declared as a measure: put @measures.measure"):
        registry.register(print)


@pytest.mark.parametrize(
    ("declaration", "message"),
    [
        ({"direction": "up"}, "direction is one of higher, lower"),
        ({"basis": "X"}, "basis one of C, N, P"),
        ({"cost": "free"}, "cost one of cheap"),
        ({"basis": "C"}, r"the bases C \(convention\) and N \(null\) need a limit.*its starting_point"),
        ({"basis": "C", "limit": "0.8"}, 'write ">= 0.8" or'),
        ({"starting_point": "0.8"}, 'write ">= 0.8" or'),
        ({"basis": "C", "limit": ">= 0.8", "summary": "mean"}, "summary is one of difference, ratio, worst"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(own_measures, declaration, message):
    with pytest.raises(ValueError, match=message):
        measures.measure(**{"clause": "7.4", "direction": "higher"} | declaration)(lambda model, data: None)


def test_a_measure_returns_a_measurement(own_measures):
    @measures.measure(clause="7.4", direction="higher")
    def half(model, data):
        """A bare number."""
        return 0.5

    with pytest.raises(TypeError, match="measure half returned float, and must return a Measurement"):
        half(None, None)


def test_a_measurement_travels_between_processes():
    import pickle

    measured = measures.accuracy(lambda frame: frame["x0"] > 1, ([[0], [2]], [0, 1]))
    assert pickle.loads(pickle.dumps(measured)).measure == "accuracy"


def test_asking_for_a_measure_loads_neither_scipy_nor_scikit_learn():
    """They cost two seconds each; what needs them loads them."""
    code = (
        "import sys, pytest_iso23053\n"
        "assert 'numpy' not in sys.modules\n"
        "from pytest_iso23053 import measures\n"
        "assert 'numpy' not in sys.modules\n"
        "measures.accuracy\n"
        "assert 'numpy' in sys.modules\n"
        "print([name for name in ('scipy', 'sklearn', 'pytest', 'jinja2') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stdout.strip() == "[]", result.stderr
