"""What people pass to a marker can be any object: it becomes text here, or a message that shows how to write it."""

from __future__ import annotations

from pytest_iso23053.catalogue.expression import UnknownReference
from pytest_iso23053.catalogue.names import quote, quote_object

_EXAMPLES = {
    "clause": 'clause("7.4", "7.6/drift")',
    "aspect": 'clause("7.4", aspect="robustness")',
    "boundary": 'boundary("7.2", "7.3")',
}


def as_text(argument: object, role: str) -> str:
    """Return a marker's argument as text; ``role`` is what the example in the message is about."""
    example = _EXAMPLES[role]
    if isinstance(argument, str):
        text = str.__str__(argument)  # a member of an enumeration of texts would give its own name
        if text.strip():
            return text
        raise UnknownReference(f"{quote(text)} names nothing: write for example {example}")
    shown = quote_object(argument)
    if isinstance(argument, int | float) and not isinstance(argument, bool):
        as_string = f'clause("{shown}")' if role == "clause" else example
        raise UnknownReference(f"{shown} is a number; write it as a string: {as_string}")
    if isinstance(argument, list | tuple | set | frozenset):
        raise UnknownReference(f"{shown} is a collection; write its parts as separate arguments: {example}")
    raise UnknownReference(f"{shown} is no text: write for example {example}")


def with_aspect(text: str, aspect: str) -> str:
    """Join a clause and the keyword ``aspect`` to the notation that has both."""
    if "/" in text:
        raise UnknownReference(f"{quote(text)} names an aspect already: leave out aspect={quote(aspect)}")
    if any(sign in text for sign in ",>→") or any(sign in aspect for sign in ",>→/:"):
        raise UnknownReference(f"aspect={quote(aspect)} goes with single clauses: write {_EXAMPLES['aspect']}")
    return f"{text}/{aspect}"
