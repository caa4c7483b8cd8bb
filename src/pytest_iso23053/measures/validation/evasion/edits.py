"""Changes of one character that a reader hardly sees, and a model may: typing errors, look-alikes, zero width."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    Edit = Callable[[str, np.random.Generator], str]

LOOKALIKES = str.maketrans("aceopxyijsABCEHIKMOPTXKSгоеас", "асеорхуіјѕАВСЕНІКМОРТХКЅroeac")
ZERO_WIDTH = "\u200b"  # ZERO WIDTH SPACE
SHORTEST = 4  # letters of a word in which a transposed pair is read over


def transposed(word: str, random: np.random.Generator) -> str:
    """Two neighbouring letters within the word have changed places."""
    places = [at for at in range(1, len(word) - 2) if word[at] != word[at + 1]]
    if len(word) < SHORTEST or not places:
        return word
    at = places[int(random.integers(len(places)))]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def dropped(word: str, random: np.random.Generator) -> str:
    """A letter within the word is missing."""
    if len(word) < SHORTEST:
        return word
    at = int(random.integers(1, len(word) - 1))
    return word[:at] + word[at + 1 :]


def doubled(word: str, random: np.random.Generator) -> str:
    """A letter stands there twice."""
    if not word:
        return word
    at = int(random.integers(len(word)))
    return word[: at + 1] + word[at:]


def lookalike(word: str, random: np.random.Generator) -> str:
    """A letter is that of another alphabet which looks the same."""
    places = [at for at, letter in enumerate(word) if letter.translate(LOOKALIKES) != letter]
    if not places:
        return word
    at = places[int(random.integers(len(places)))]
    return word[:at] + word[at].translate(LOOKALIKES) + word[at + 1 :]


def invisible(word: str, random: np.random.Generator) -> str:
    """A space of no width stands within the word."""
    if len(word) < 2:
        return word
    at = int(random.integers(1, len(word)))
    return word[:at] + ZERO_WIDTH + word[at:]


EDITS: dict[str, Edit] = {
    "transposed": transposed,
    "dropped": dropped,
    "doubled": doubled,
    "lookalike": lookalike,
    "invisible": invisible,
}
