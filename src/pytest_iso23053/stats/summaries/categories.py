"""How often each value of a column occurs, in bounded memory: exact up to 10 000 different values, then a fair sample.

Beyond that, values are kept whose hash begins with a number of zero bits, as many as it takes to keep no more than
`MOST_VALUES` (adaptive sampling: Flajolet 1990, after Wegman). Whether a value is kept depends on itself alone, so that
parts merge into *exactly* the summary of the whole in any order, the counts of kept values are exact, and two columns
can be compared in the values that both would have kept.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

MOST_VALUES = 10_000


@dataclass(frozen=True)
class Categories:
    """Counts of the values, by their text, of which the hash begins with ``level`` zero bits: of all, at level 0.

    Parameters
    ----------
    level : int
        Each step keeps half of the values.
    counts : Mapping
        Text → rows.
    rows : int
        Rows counted, those of values that were not kept too.
    """

    level: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    rows: int = 0

    @classmethod
    def of(cls, texts: Sequence[str], counts: Any) -> Categories:
        """Summarise values, each given once or more, with their counts."""
        numbers = np.asarray(counts, dtype=np.int64)
        level = 0
        if len(texts) > MOST_VALUES:
            different = np.unique(np.asarray(texts, dtype=object))
            level = _level(_zeros(different)) if different.size > MOST_VALUES else 0
            kept = _zeros(texts) >= level
            pairs: Iterable[tuple[str, int]] = zip(
                np.asarray(texts, dtype=object)[kept], numbers[kept].tolist(), strict=True
            )
        else:
            pairs = zip(texts, numbers.tolist(), strict=True)
        found: Counter[str] = Counter()
        for text, number in pairs:
            found[text] += number
        return cls(level, dict(found), int(numbers.sum()))

    @property
    def exact(self) -> bool:
        """Whether every value was kept."""
        return self.level == 0

    @property
    def distinct(self) -> int:
        """How many different values there are; an estimate where not all were kept."""
        return len(self.counts) << self.level

    def at(self, level: int) -> Categories:
        """Those of the values that are kept at a higher level."""
        if level <= self.level:
            return self
        texts = list(self.counts)
        kept = (_zeros(texts) >= level).tolist() if texts else []
        chosen = {text: self.counts[text] for text, stays in zip(texts, kept, strict=True) if stays}
        return Categories(level, chosen, self.rows)

    def __add__(self, other: Any) -> Categories:
        if not isinstance(other, Categories):
            return NotImplemented
        level = max(self.level, other.level)
        counts = Counter(self.at(level).counts)
        counts.update(other.at(level).counts)
        merged = Categories(level, dict(counts), self.rows + other.rows)
        return merged.at(_level(_zeros(list(counts)))) if len(counts) > MOST_VALUES else merged


def _zeros(texts: Any) -> NDArray[np.int64]:
    """The zero bits with which the hash of each text begins."""
    hashes = pd.util.hash_array(np.asarray(texts, dtype=object), categorize=False)
    # The upper half is enough, and a float holds it exactly.
    return 32 - np.frexp((hashes >> np.uint64(32)).astype(np.float64))[1].astype(np.int64)


def _level(zeros: NDArray[np.int64]) -> int:
    kept = np.cumsum(np.bincount(zeros)[::-1])[::-1]  # at each level
    return int(np.argmax(np.append(kept, 0) <= MOST_VALUES))
