"""Words that the error messages of this package share."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def listing(items: Iterable[object], *, limit: int = 10, quote: bool = True) -> str:
    """The first items as «'a', 'b' and 3 more», so that a message about 4 000 columns stays readable."""
    shown = [repr(item) if quote else str(item) for item in items]
    head = ", ".join(shown[:limit])
    return head if len(shown) <= limit else f"{head} and {len(shown) - limit} more"


def did_you_mean(word: object, options: Iterable[object]) -> str:
    """« (did you mean 'age'?)», or nothing where no option is near."""
    by_text: dict[str, object] = {str(option).casefold(): option for option in options}
    written = str(word).casefold()
    near = (
        difflib.get_close_matches(written, by_text, n=1, cutoff=0.75)
        or [text for text in by_text if len(text) > 2 and written.startswith(text)]
        or difflib.get_close_matches(written, by_text, n=1, cutoff=0.6)
    )
    return f" (did you mean {by_text[near[0]]!r}?)" if near else ""


def brief(error: BaseException, *, limit: int = 300) -> str:
    """«ValueError: first line of the message»."""
    lines = str(error).strip().splitlines()
    text = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
    return text if len(text) <= limit else text[: limit - 1] + "…"


def plural(count: int, noun: str) -> str:
    """«1 row», «300 rows»."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def unknown(word: object, options: Sequence[object]) -> str:
    """What is there instead of ``word``: the nearest option, then the first of them all."""
    return f"{did_you_mean(word, options)}; there are {listing(options)}" if options else ""
