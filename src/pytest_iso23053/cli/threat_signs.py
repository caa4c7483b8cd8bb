"""What a configuration tells about the threats that a system faces. No model and no data are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.settings.sources import is_object, is_pickle_based

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MODEL, TRAINED, SERVED, RETRAINED, TEXT = "model", "trained", "served", "retrained", "text"
THIRD_PARTY, PERSONAL, PICKLE, PRODUCTION = "third-party", "personal", "pickle", "production"
ASKED = (SERVED, RETRAINED, TEXT, THIRD_PARTY, PERSONAL)  # what a configuration may not tell, and one can say oneself

_SERVED = ("http:", "https:", "asgi:")
_ELSEWHERE = ("models:", "hf:", "huggingface:", "https:", "http:")
_TEXT_SUFFIXES = (".jsonl", ".jsonl.gz")
_PICKLES = (".pkl", ".pickle", ".joblib", ".sav", ".p")


def signs(table: Mapping[str, Any], root: Path) -> dict[str, str]:
    """Return each sign that the configuration gives, with what gives it."""
    found: dict[str, str] = {}
    for sign, why in (*_of_models(table.get("models", {}), root), *_of_data(table)):
        found.setdefault(sign, why)
    return found


def _of_models(models: Mapping[str, Mapping[str, Any]], root: Path) -> Iterator[tuple[str, str]]:
    for name, said in models.items():
        source = str(said.get("source", ""))
        yield MODEL, f"a model is configured (models.{name})"
        if source.startswith(_SERVED):
            yield SERVED, f"models.{name} answers at {source.partition(':')[0]}:"
        if source.startswith(_ELSEWHERE):
            yield THIRD_PARTY, f"models.{name} comes from {source.partition(':')[0]}:"
        elif not is_object(source) and "record" not in said:
            yield THIRD_PARTY, f"models.{name} is a file, and no record of its training is configured"
        stem = source.lower().removesuffix(".gz").removesuffix(".bz2").removesuffix(".xz")
        if not is_object(source) and (stem.endswith(_PICKLES) or is_pickle_based(root / source)):
            yield PICKLE, f"models.{name} is a pickle: loading it runs code"


def _of_data(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, said in table.get("datasets", {}).items():
        source = said.get("source", "")
        if name == "train":
            yield TRAINED, "a training set is configured (datasets.train)"
        if name == "production":
            yield PRODUCTION, "a production set is configured (datasets.production)"
        for key in ("sensitive", "id"):
            if said.get(key):
                yield PERSONAL, f"datasets.{name}.{key} names {_listed(said[key])}"
        if isinstance(source, str) and source.lower().endswith(_TEXT_SUFFIXES):
            yield TEXT, f"datasets.{name} is a file of JSON lines"
    if "ingest" in table and "production" in table.get("datasets", {}):
        yield RETRAINED, "a data gate and a production set are configured: what comes in may be learnt from"
    if table.get("attacker", {}).get("epsilon", {}).get("edits"):
        yield TEXT, "the attacker changes characters (attacker.epsilon.edits)"


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
