"""Texts that nearly are another text: most words the same, in whatever order and spelling of case.

The similarity is Jaccard's, of the sets of words; candidates come from MinHash (Broder 1997) in bands, so that texts of
a similarity of 0.8 are compared almost surely, and the similarity itself is then computed, not estimated.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.measures.data.coincidence import hashed, row_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALIKE, FURTHER = 0.8, 0.6  # what counts as nearly the same, and as merely of the same kind
FEWEST = 5  # words; of fewer, one that differs is already a fifth
BANDS, ROWS = 16, 4
LAGS = 6
_WORD = re.compile(r"\w+")


def alike(first: pd.Series[Any], second: pd.Series[Any] | None, random: np.random.Generator) -> tuple[int, int]:
    """Texts with a nearly equal one and none less so, and texts with one less so and none nearly equal.

    Neighbours are other texts of its own, or texts of ``second``; the same words do not count, nor do short texts.
    """
    texts = pd.concat([first, second]) if second is not None else first
    words = [frozenset(_WORD.findall(text.casefold())) if isinstance(text, str) else frozenset() for text in texts]
    places = np.flatnonzero([len(each) >= FEWEST for each in words])
    seen = np.zeros((2, len(words)), dtype=bool)
    if len(places) > 1:
        bands = _bands([words[place] for place in places], random)
        own = places < len(first)
        for band in bands:
            order = np.argsort(band, kind="stable")
            _compare(words, places[order], band[order], own[order] if second is not None else None, seen)
    near, further = seen[:, : len(first)]
    return int(np.sum(near & ~further)), int(np.sum(further & ~near))


def _bands(words: list[frozenset[str]], random: np.random.Generator) -> list[NDArray[np.uint64]]:
    """One key a band for each text: the least of its words' hashes under each of the band's functions."""
    codes, vocabulary = pd.factorize(np.array([word for each in words for word in each], dtype=object))
    bits = pd.util.hash_array(np.asarray(vocabulary, dtype=object), categorize=False)
    starts = np.cumsum([0, *(len(each) for each in words[:-1])])
    keys = []
    for _ in range(BANDS):
        least = {}
        for row in range(ROWS):
            factor, shift = random.integers(1, 2**63, 2, dtype=np.uint64)
            mixed = (bits ^ shift) * (factor | np.uint64(1))
            mixed ^= mixed >> np.uint64(32)
            least[f"row {row}"] = np.minimum.reduceat(mixed[codes], starts) >> np.uint64(12)  # exact as a float
        keys.append(row_sums(hashed(pd.DataFrame(least))))
    return keys


def _compare(words: list[frozenset[str]], places: Any, band: Any, own: Any, seen: Any) -> None:
    for lag in range(1, LAGS + 1):
        together = band[:-lag] == band[lag:]
        if own is not None:
            together &= own[:-lag] != own[lag:]
        for one, other in zip(places[:-lag][together].tolist(), places[lag:][together].tolist(), strict=True):
            a, b = words[one], words[other]
            shared = len(a & b)
            similarity = shared / (len(a) + len(b) - shared)
            if FURTHER <= similarity < 1:
                seen[int(similarity < ALIKE), [one, other]] = True
