"""Estimators whose label is, by their own definition, the most probable class: one pass over the rows gives both."""

from __future__ import annotations

from typing import Any

# scikit-learn writes a forest's `predict` as the class of the greatest of `predict_proba`. A subclass may have changed
# it, and other estimators decide by something that rounds otherwise: those are asked for both.
_FORESTS = {
    ("sklearn.ensemble._forest", "RandomForestClassifier"),
    ("sklearn.ensemble._forest", "ExtraTreesClassifier"),
}
_PIPELINE = ("sklearn.pipeline", "Pipeline")


def says_both_at_once(predictor: Any) -> bool:
    """Whether the labels follow from the probabilities, to the last row: a forest, or a pipeline that ends in one.

    Examples
    --------
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from sklearn.svm import SVC
    >>> from pytest_iso23053.subjects.forests import says_both_at_once
    >>> says_both_at_once(RandomForestClassifier()), says_both_at_once(SVC(probability=True))
    (True, False)
    """
    if _is_its_own(predictor, {_PIPELINE}):
        return bool(predictor.steps) and _is_its_own(predictor.steps[-1][1], _FORESTS)
    return _is_its_own(predictor, _FORESTS)


def _is_its_own(predictor: Any, kinds: set[tuple[str, str]]) -> bool:
    """Whether it is of one of these very classes, and nobody has put another method into the object."""
    kind = type(predictor)
    changed = {"predict", "predict_proba"} & set(getattr(predictor, "__dict__", ()))
    return (kind.__module__, kind.__qualname__) in kinds and not changed
