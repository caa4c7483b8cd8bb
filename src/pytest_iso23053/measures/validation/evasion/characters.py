"""Attacks on texts, character by character: the words that decide are found first, then misspelt one by one.

After DeepWordBug (Gao et al. 2018) and, for look-alikes and spaces of no width, Boucher et al. 2022. The distance is
the number of characters changed, one in a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.data.cells import free_text
from pytest_iso23053.measures.validation.evasion.attack import Evasion, Plan
from pytest_iso23053.measures.validation.evasion.edits import EDITS
from pytest_iso23053.measures.validation.evasion.rows import MOST_ROWS, attackable, chosen
from pytest_iso23053.subjects.asking import Asking

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from pytest_iso23053.measures.cases import Case

WEIGHED = 20  # words a row whose absence is asked about first
MOST_EDITS = 10
ROUNDS_BACK = 3
PER_STEP = 3  # words that are tried in one step, with every edit each
_WORD = re.compile(r"\w{2,}", re.UNICODE)


@dataclass
class _Text:
    """One row under attack: its words, which of them were changed, and in which order they are to be tried."""

    cells: dict[Any, str]
    words: list[tuple[Any, int, int]]  # column, start, end
    order: list[int] = field(default_factory=list)
    changed: dict[int, str] = field(default_factory=dict)
    queries: int = 0
    turned: bool = False

    def written(self, changed: dict[int, str]) -> dict[Any, str]:
        """The cells with these words in place of their own."""
        made = dict(self.cells)
        for place in sorted(changed, key=lambda each: self.words[each][1], reverse=True):
            column, start, end = self.words[place]
            made[column] = made[column][:start] + changed[place] + made[column][end:]
        return made


def attack_texts(case: Case, plan: Plan, *, rows: int | None) -> Evasion:
    """Attack the texts of a classifier's rows; the distance of a row that no edit turned is infinite.

    Raises
    ------
    NotMeasurableError
        No feature holds texts.
    """
    columns = [name for name in free_text(case.data) if name not in plan.attacker.immutable]
    if not columns:
        raise NotMeasurableError(f"{case.data.where} has no feature with texts of several words that could be misspelt")
    can = attackable(case)
    taken = chosen(can, MOST_ROWS if rows is None else rows, plan.seed)
    asker = _Asker(case, taken, columns, plan)
    asker.run()
    distances, queries = np.full(case.data.n, np.nan), np.zeros(case.data.n, dtype=np.int64)
    distances[taken] = [len(text.changed) if text.turned else np.inf for text in asker.texts]  # it withstood
    queries[taken] = [text.queries for text in asker.texts]
    attacked = np.zeros(case.data.n, dtype=bool)
    attacked[taken] = True
    wordless = np.zeros(case.data.n, dtype=bool)
    wordless[taken] = [not text.words for text in asker.texts]
    held = tuple(name for name in case.data.features if name not in columns)
    made = asker.frame([(place, text.changed) for place, text in enumerate(asker.texts)]).set_axis(taken)
    return Evasion(can, attacked, distances, queries, 0, wordless, made, held)


class _Asker:
    """All texts under attack, asked about together: one call of the model a step."""

    def __init__(self, case: Case, taken: NDArray[np.int64], columns: list[Any], plan: Plan) -> None:
        self._X = case.data.X.iloc[taken].reset_index(drop=True)
        self._asking, self._columns = Asking(case.model, case.data.subset(taken)), columns
        self._random = np.random.default_rng(plan.seed)
        self._budget = plan.attacker.queries
        self._most = int(plan.enough) if plan.enough else MOST_EDITS
        self._by_scores = plan.attacker.knowledge == "probabilities"
        self.texts = [self._text(place) for place in range(len(self._X))]
        self._own: NDArray[Any] = self._asking.labels(self._X)
        for text in self.texts:
            text.queries += 1

    def _text(self, place: int) -> _Text:
        cells = {name: self._X[name].iloc[place] for name in self._columns}
        known = {name: cell for name, cell in cells.items() if isinstance(cell, str)}
        words = [(name, *found.span()) for name, cell in known.items() for found in _WORD.finditer(cell)]
        return _Text(known, words)

    def run(self) -> None:
        """By probabilities from nothing up, by labels from everything down; then take back what is not needed."""
        if self._by_scores:
            self._misspell_in_turn()
        else:
            self._misspell_everything()
        for _ in range(ROUNDS_BACK):
            self._take_back()

    def _misspell_in_turn(self) -> None:
        self._weigh()
        for _ in range(self._most):
            options = {place: self._options(text) for place, text in enumerate(self.texts) if not text.turned}
            options = {place: made for place, made in options.items() if made}
            if not options:
                break
            self._step(options)

    def _misspell_everything(self) -> None:
        """Labels tell nothing of how near another answer is: start where every word is misspelt, in several ways."""
        options = {}
        for place, text in enumerate(self.texts):
            ways = min(len(EDITS), self._budget - text.queries) if text.words else 0
            if ways > 0:
                options[place] = [self._all_misspelt(text) for _ in range(ways)]
        if options:
            self._step(options)

    def _all_misspelt(self, text: _Text) -> dict[int, str]:
        made = {}
        for place, (column, start, end) in enumerate(text.words):
            own = text.cells[column][start:end]
            spelt = [each for each in (edit(own, self._random) for edit in EDITS.values()) if each != own]
            made[place] = spelt[int(self._random.integers(len(spelt)))]
        return made

    def _weigh(self) -> None:
        """Order the words by what the model makes of the text without them."""
        asked = []
        for place, text in enumerate(self.texts):
            count = min(len(text.words), WEIGHED, self._budget - text.queries)
            picked = sorted(self._random.permutation(len(text.words))[:count].tolist())
            rest = [word for word in self._random.permutation(len(text.words)).tolist() if word not in set(picked)]
            text.order = picked + rest
            asked += [(place, {word: ""}) for word in picked]
        weights = self._weights(asked)
        gathered: dict[int, dict[int, float]] = {}
        for (place, changed), weight in zip(asked, weights, strict=True):
            gathered.setdefault(place, {})[next(iter(changed))] = float(weight)
        for place, known in gathered.items():
            order = self.texts[place].order
            self.texts[place].order = sorted(order, key=lambda word, known=known: known.get(word, 0.5))  # type: ignore[misc]

    def _options(self, text: _Text) -> list[dict[int, str]]:
        """What to try next: the next words, each with every edit, on top of what is changed already."""
        fresh = [word for word in text.order if word not in text.changed][:PER_STEP]
        made = []
        for word in fresh:
            column, start, end = text.words[word]
            own = text.cells[column][start:end]
            spelt = dict.fromkeys(edit(own, self._random) for edit in EDITS.values())
            made += [{**text.changed, word: each} for each in spelt if each != own]
        return made[: max(self._budget - text.queries, 0)]

    def _step(self, options: dict[int, list[dict[int, str]]]) -> None:
        asked = [(place, changed) for place, made in options.items() for changed in made]
        weights = self._weights(asked)
        first = 0
        for place, made in options.items():
            here = weights[first : first + len(made)]
            best = int(np.argmin(here))
            self.texts[place].changed = made[best]
            self.texts[place].turned = bool(here[best] < 0)
            first += len(made)

    def _take_back(self) -> None:
        """Undo what is not needed: every change alone, then those that may go, together, as many as it takes."""
        able = [
            place
            for place, text in enumerate(self.texts)
            if text.turned and len(text.changed) > 1 and self._budget - text.queries >= 2 * len(text.changed)
        ]
        alone = [(place, word) for place in able for word in self.texts[place].changed]
        weights = self._weights([(place, self._without(place, {word})) for place, word in alone])
        may: dict[int, list[int]] = {}
        for (place, word), weight in zip(alone, weights, strict=True):
            if weight < 0:
                may.setdefault(place, []).append(word)
        together = [
            (place, self._without(place, set(words[:count])))
            for place, words in may.items()
            for count in range(1, len(words) + 1)
        ]
        for (place, changed), weight in zip(together, self._weights(together), strict=True):
            if weight < 0 and len(changed) < len(self.texts[place].changed):
                self.texts[place].changed = changed

    def _without(self, place: int, words: set[int]) -> dict[int, str]:
        return {word: spelt for word, spelt in self.texts[place].changed.items() if word not in words}

    def _weights(self, asked: list[tuple[int, dict[int, str]]]) -> NDArray[np.float64]:
        """Below 0 where the answer is another; else how sure the model still is, and 1 where that is not to be seen."""
        if not asked:
            return np.empty(0)
        places = np.array([place for place, _ in asked])
        for place in places:
            self.texts[place].queries += 1
        frame = self.frame(asked)
        flips = self._asking.labels(frame) != self._own[places]
        sure = np.ones(len(asked))
        if self._by_scores and (given := self._asking.probabilities(frame)) is not None:
            sure = np.sort(given, axis=1)[:, -1]
        return np.where(flips, -1.0, sure)

    def frame(self, asked: list[tuple[int, dict[int, str]]]) -> pd.DataFrame:
        """The rows with the words changed as asked for."""
        places = [place for place, _ in asked]
        made = self._X.take(places).reset_index(drop=True)
        cells = [self.texts[place].written(changed) for place, changed in asked]
        for name in self._columns:
            own = made[name].tolist()
            made[name] = np.array([cell.get(name, kept) for cell, kept in zip(cells, own, strict=True)], dtype=object)
        return made
