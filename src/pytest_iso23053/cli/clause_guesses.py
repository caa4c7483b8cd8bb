"""Which clause an existing test might speak about, from its name alone: proposals that somebody has to read."""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LARGEST_FILE = 1 << 20

# Beginnings of words, from the more telling to the less: «test_fairness_of_accuracy» is about fairness.
_GUESSES: tuple[tuple[str, str], ...] = (
    ("7.4/fairness", "fair bias parit disparat discriminat demographic equalised equalized"),
    ("7.4/robustness", "robust nois perturb adversar evasion metamorphic invarian stability"),
    ("7.4/calibration", "calibrat brier"),
    ("7.4/explanation", "explain explanation shap lime interpretab"),
    ("7.2/poisoning", "poison backdoor"),
    ("7.2/privacy", "privacy pii gdpr anonymi"),
    ("7.3/memorisation", "memoris memoriz membership"),
    ("7.6/drift", "drift psi monitor"),
    ("7.6/incident-response", "incident alert alarm rollback"),
    ("7.6/feedback", "feedback"),
    ("7.2/labelling", "labelling labeling annotat mislabel"),
    ("7.2/provenance", "provenance licence license checksum lineage"),
    ("7.2/preprocessing", "preprocess transform encod scal clean imput feature featur tokeni"),
    ("7.5/integration", "api endpoint http server serving app route client integration e2e"),
    ("7.5/configuration", "config settings"),
    ("7.5/packaging", "packag docker artefact artifact seriali pickle wheel export"),
    ("7.3/hyperparameters", "hyperparam hyper tuning gridsearch"),
    ("7.3/training-process", "train training fit reproducib determinis seed"),
    ("7.3/model-selection", "baseline selection"),
    (
        "7.4/performance",
        "performance accuracy auc f1 precision recall metric metrics score rmse mae evaluat validation",
    ),
    ("7.2/quality", "schema data dataset quality missing null nan duplicat outlier range csv ingest"),
)
_BEGINNINGS = tuple((clause, tuple(words.split())) for clause, words in _GUESSES)
# Short words that begin many others stand for themselves alone: «app» is not «append», «api» not «apiary».
_WHOLE = {
    "api",
    "app",
    "auc",
    "f1",
    "mae",
    "psi",
    "lime",
    "nan",
    "fit",
    "seed",
    "data",
    "score",
    "range",
    "e2e",
    "pii",
    "train",
}


def guess(name: str) -> str | None:
    """Return the aspect that the words of a name point to, or None.

    Examples
    --------
    >>> guess("test_accuracy_under_noise")
    '7.4/robustness'
    >>> guess("test_arithmetic") is None
    True
    """
    words = [word.casefold() for word in re.split(r"[\W_]+|(?<=[a-z])(?=[A-Z])", name) if word]
    for clause, beginnings in _BEGINNINGS:
        if any(_points(word, beginning) for word in words for beginning in beginnings):
            return clause
    return None


def proposals(root: Path, tests: Iterable[str]) -> Iterator[tuple[str, str, int]]:
    """Propose rules for the map: a glob on the node id, an aspect, and how many tests it covers; first match wins.

    A file whose tests point to several aspects gets a rule for each group of them before the one for the rest. Tests
    that carry a ``clause`` marker are left to it.
    """
    for file in tests:
        names = names_of_tests(root / file)
        if not names:
            continue
        of_file = guess(file.rpartition("/")[2].removesuffix(".py"))
        guesses = {name: guess(name.rpartition("::")[2]) or of_file for name in names}
        counts = Counter(clause for clause in guesses.values() if clause)
        if not counts:
            continue
        general = of_file or counts.most_common(1)[0][0]
        whole = all(guesses.values())
        for name, clause in guesses.items():
            if clause and (clause != general or not whole):
                yield f"{file}::{name}*", clause, 1
        if whole:
            yield f"{file}::*", general, counts[general]


def names_of_tests(path: Path) -> list[str] | None:
    """Return the tests of a file without running it; None where it cannot be read as Python."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in somebody else's tests
            module = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if any(_names_clause(node.value) for node in module.body if isinstance(node, ast.Assign)):
        return []  # pytestmark = pytest.mark.clause(…)
    return list(_tests_in(module.body))


def _tests_in(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            if not any(map(_names_clause, node.decorator_list)):
                yield prefix + node.name
        elif isinstance(node, ast.ClassDef) and not any(map(_names_clause, node.decorator_list)):
            yield from _tests_in(node.body, f"{prefix}{node.name}::")


def _names_clause(node: ast.expr) -> bool:
    return any(isinstance(inner, ast.Attribute) and inner.attr == "clause" for inner in ast.walk(node))


def _points(word: str, beginning: str) -> bool:
    return word == beginning if beginning in _WHOLE else word.startswith(beginning)
