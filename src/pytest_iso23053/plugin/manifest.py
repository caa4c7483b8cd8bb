"""Taking in, on the controller, what a worker gathered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.report import Gap
from pytest_iso23053.plugin.describe import from_wire

if TYPE_CHECKING:
    from pytest_iso23053.assurance.evidence import Entry
    from pytest_iso23053.plugin.run import Run


def receive(run: Run, data: dict[str, Any]) -> None:
    """Merge what one worker sent. All workers collect the same, so the union is what one of them has."""
    if "manifest" in data:
        for entry in from_wire(data["manifest"]):
            _agree_on_claims(run, entry)
            run.entries[entry.nodeid] = entry
        run.collected = True
    run.foreign_markers.update(data.get("foreign", ()))
    run.secrets.update(data.get("secrets", {}))
    for kind in ("notes", "cautions", "shortcomings"):
        getattr(run, kind).update(dict.fromkeys(data.get(kind, ())))
    for clause, item, needs in data.get("gaps", ()):
        run.gaps.setdefault((clause, item), Gap(clause, item, needs))
    for name, facts in data.get("loaded", {}).items():
        _agree(run, name, facts)


def _agree_on_claims(run: Run, entry: Entry) -> None:
    """One test, one set of claims: where two workers read different ones, nobody knows what its result is about."""
    known = run.entries.get(entry.nodeid)
    if known is not None and known != entry:
        message = "two workers collected it with different clauses, boundaries or threats; markers must not vary"
        run.collection_errors.setdefault(entry.nodeid, message)


def _agree(run: Run, name: str, facts: dict[str, Any]) -> None:
    """One name, one subject: two workers that loaded different bytes did not test the same thing."""
    known = run.loaded.setdefault(name, facts)
    if known.get("sha256") != facts.get("sha256"):
        run.collection_errors.setdefault(
            name, f"two workers loaded different content for {name}: {known.get('sha256')} and {facts.get('sha256')}"
        )
