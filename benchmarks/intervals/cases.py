"""What is simulated: for each measure that has an interval, truths that are known, and how samples come about.

A case draws one sample of n rows after the other and returns the bounds of their intervals. The truths are those of the
population: integrals, not averages of a larger sample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, stats

from pytest_iso23053.measures.estimators import Rate
from pytest_iso23053.stats import calibration, ranking, regression, simultaneous
from pytest_iso23053.stats.bootstrap import bayesian_bootstrap, bca
from pytest_iso23053.stats.divergences import SortedPair, jensen_shannon_distance, population_stability_index
from pytest_iso23053.stats.intervals import clopper_pearson, mean_interval, mean_of_proportions, newcombe

Random = np.random.Generator
Bounds = tuple[Any, Any]
MANY_GROUPS = 4


@dataclass(frozen=True, eq=False)
class Case:
    """One cell of the grid: a measure in a setting whose truth is known."""

    measure: str
    method: str
    setting: str
    truth: float
    better: str  # "higher": a limit is kept from below; "lower": from above
    sample: Callable[[Random, int], Bounds]
    at_once: bool = False  # the sample function takes (random, n, repetitions)
    sizes: tuple[int, ...] = (50, 500, 5_000)
    at_edge: bool = False  # the truth is the end of the range, where only one side can miss

    def bounds(self, random: Random, n: int, repetitions: int) -> tuple[NDArray[Any], NDArray[Any]]:
        if self.at_once:
            low, high = self.sample(random, n, repetitions)  # type: ignore[call-arg]
            return np.asarray(low), np.asarray(high)
        pairs = np.array([self.sample(random, n) for _ in range(repetitions)], dtype=float)
        return pairs[:, 0], pairs[:, 1]


def cases() -> Iterator[Case]:
    """The whole grid."""
    for part in (
        _rates,
        _recalls,
        _f1,
        _pairs_of_rates,
        _group_rates,
        _rankings,
        _losses,
        _ece,
        _errors,
        _drift,
        _resampled,
    ):
        yield from part()


def _rates() -> Iterator[Case]:
    for share in (0.5, 0.75, 0.9, 0.98):

        def sample(random: Random, n: int, repetitions: int, share: float = share) -> Bounds:
            return clopper_pearson(random.binomial(n, share, repetitions), n)

        yield Case(
            "accuracy, recall and other rates", "Clopper-Pearson", f"{share}", share, "higher", sample, at_once=True
        )


def _recalls() -> Iterator[Case]:
    for recalls, shares in (((0.8, 0.7), (0.5, 0.5)), ((0.9, 0.6), (0.8, 0.2)), ((0.95, 0.8, 0.7), (0.6, 0.2, 0.2))):

        def sample(random: Random, n: int, recalls: Any = recalls, shares: Any = shares) -> Bounds:
            counts = random.multinomial(n, shares)
            return mean_of_proportions(random.binomial(counts, recalls), counts, 0.95)[1:]

        setting = f"recalls {_listed(recalls)}; classes {_listed(shares)}"
        yield Case("balanced_accuracy", "MOVER", setting, float(np.mean(recalls)), "higher", sample)


def _f1() -> Iterator[Case]:
    for tp, wrong in ((0.4, 0.2), (0.1, 0.05), (0.08, 0.16)):
        share = tp / (tp + wrong)

        def sample(random: Random, n: int, tp: float = tp, wrong: float = wrong) -> Bounds:
            kinds = random.choice(3, n, p=[tp, wrong, 1 - tp - wrong])
            rate = Rate(kinds == 0, of=kinds < 2, link=lambda jaccard: 2 * jaccard / (1 + jaccard))
            return rate.overall(0.95)[1:3]

        yield Case(
            "f1",
            "Clopper-Pearson",
            f"{2 * share / (1 + share):.2f}; {tp + wrong:.0%} of rows",
            2 * share / (1 + share),
            "higher",
            sample,
        )


def _pairs_of_rates() -> Iterator[Case]:
    for first, second in ((0.85, 0.8), (0.99, 0.9), (0.6, 0.6)):

        def sample(random: Random, n: int, repetitions: int, first: float = first, second: float = second) -> Bounds:
            counts = random.binomial(4 * n, first, repetitions), random.binomial(n, second, repetitions)
            return newcombe(counts[0], 4 * n, counts[1], n)

        yield Case(
            "generalisation_gap",
            "Newcombe",
            f"{first} on 4 n, {second} on n",
            first - second,
            "lower",
            sample,
            at_once=True,
        )


GROUPS = {
    "two equal groups": (0.5, 0.5),
    "groups of 80 and 20 %": (0.8, 0.2),
    "four groups": (0.4, 0.3, 0.2, 0.1),
}


def _rates_of(counts: Any, rows: Any) -> Any:
    def estimate(confidence: float) -> Any:
        return counts / np.maximum(rows, 1), *clopper_pearson(counts, rows, confidence)

    return estimate


def _group_rates() -> Iterator[Case]:
    for name, shares in GROUPS.items():
        for high, low in ((0.5, 0.4), (0.9, 0.72), (0.2, 0.16)):
            rates = np.array([high] * (len(shares) - 1) + [low])

            def counted(random: Random, n: int, shares: Any = shares, rates: Any = rates) -> Any:
                rows = np.round(np.asarray(shares) * n).astype(int)
                return random.binomial(rows, rates), rows

            def ratio(random: Random, n: int, counted: Any = counted) -> Bounds:
                return simultaneous.smallest_ratio_of_rates(*counted(random, n), 0.95)[1:]

            def difference(random: Random, n: int, counted: Any = counted) -> Bounds:
                counts = counted(random, n)
                estimate = _rates_of(*counts)
                return simultaneous.largest_difference(estimate, len(counts[0]), 0.95, (0.0, 1.0))[1:]

            def worst(random: Random, n: int, counted: Any = counted) -> Bounds:
                counts = counted(random, n)
                return simultaneous.extreme(_rates_of(*counts), len(counts[0]), 0.95, largest=False)[1:3]

            setting = f"{name}; {high} and {low}"
            yield Case(
                "ratio of rates between groups",
                "MOVER on the logarithm, all pairs",
                setting,
                low / high,
                "higher",
                ratio,
            )
            yield Case(
                "difference of rates between groups", "MOVER, all pairs", setting, high - low, "lower", difference
            )
            yield Case("worst group's rate", "Clopper-Pearson, all groups", setting, low, "higher", worst)


def _binormal(distance: float, share: float) -> Callable[[Random, int], Any]:
    def draw(random: Random, n: int) -> Any:
        positive = random.random(n) < share
        positive[:4] = [True, False, True, False]  # two of each class at least, without which nothing is defined
        return positive, random.normal(np.where(positive, distance, 0.0), 1.0)

    return draw


def _true_average_precision(distance: float, share: float) -> float:
    def precision(score: float) -> float:
        hits, false = share * stats.norm.sf(score - distance), (1 - share) * stats.norm.sf(score)
        return float(stats.norm.pdf(score - distance) * hits / (hits + false))

    return integrate.quad(precision, -9, 9 + distance, limit=400)[0]


def _rankings() -> Iterator[Case]:
    for distance, share in ((0.4, 0.5), (1.2, 0.5), (1.2, 0.1), (2.3, 0.5), (2.3, 0.2)):
        draw, setting = _binormal(distance, share), f"{share:.0%} positive"
        area = float(stats.norm.cdf(distance / np.sqrt(2)))

        def auc(random: Random, n: int, draw: Any = draw) -> Bounds:
            return ranking.roc_auc(*draw(random, n))[1:]

        def precision(random: Random, n: int, draw: Any = draw) -> Bounds:
            return ranking.average_precision(*draw(random, n))[1:]

        yield Case("roc_auc", "DeLong on the logit scale, Newcombe", f"{area:.2f}; {setting}", area, "higher", auc)
        truth = _true_average_precision(distance, share)
        yield Case("average_precision", "logit, influence", f"{truth:.2f}; {setting}", truth, "higher", precision)


def _losses() -> Iterator[Case]:
    for a, b in ((2, 2), (0.5, 0.5), (0.3, 3)):
        beta = stats.beta(a, b)

        def drawn(random: Random, n: int, a: float = a, b: float = b) -> Any:
            p = random.beta(a, b, n)
            return p, random.random(n) < p

        def brier(random: Random, n: int, drawn: Any = drawn) -> Bounds:
            p, y = drawn(random, n)
            return mean_interval((p - y) ** 2, lowest=0.0, highest=1.0)[1:]

        def log_loss(random: Random, n: int, drawn: Any = drawn) -> Bounds:
            p, y = drawn(random, n)
            given = np.clip(np.where(y, p, 1 - p), 1e-15, 1)
            return mean_interval(-np.log(given), lowest=0.0)[1:]

        setting = f"calibrated, Beta({a}, {b})"
        yield Case("brier_score", "skewed mean", setting, float(beta.mean() - beta.moment(2)), "lower", brier)
        entropy = integrate.quad(lambda p, beta=beta: float(stats.entropy([p, 1 - p]) * beta.pdf(p)), 0, 1, limit=400)[
            0
        ]
        yield Case("log_loss", "skewed mean", setting, entropy, "lower", log_loss)


def _ece() -> Iterator[Case]:
    def uniform(shift: float, stretch: float) -> Callable[[Random, int], Bounds]:
        def sample(random: Random, n: int) -> Bounds:
            p = 0.2 + 0.6 * random.random(n)
            y = random.random(n) < 0.5 + stretch * (p - 0.5) + shift
            return calibration.expected_calibration_error(p, y)[1:]

        return sample

    for shift in (0.0, 0.05, 0.15):
        setting = "perfectly calibrated" if shift == 0 else f"off by {shift}"
        yield Case(
            "expected_calibration_error",
            "norm of the noise",
            setting,
            shift,
            "lower",
            uniform(shift, 1.0),
            at_edge=shift == 0,
        )
    grid = 0.2 + 0.6 * (np.arange(600_000) + 0.5) / 600_000
    gaps = np.bincount((grid * 15).astype(int), 0.5 * (grid - 0.5), minlength=15) / grid.size
    yield Case(
        "expected_calibration_error",
        "norm of the noise",
        "overconfident",
        float(np.abs(gaps).sum()),
        "lower",
        uniform(0.0, 0.5),
    )


ERRORS: dict[str, tuple[Callable[[Random, int], Any], float, float]] = {  # mean of |e|, mean of e²
    "normal errors": (lambda random, n: random.normal(size=n), float(np.sqrt(2 / np.pi)), 1.0),
    "t errors, 5 degrees": (lambda random, n: random.standard_t(5, n), float(stats.t(5).expect(abs)), 5 / 3),
    "exponential errors": (lambda random, n: random.exponential(size=n), 1.0, 2.0),
}


def _errors() -> Iterator[Case]:
    for name, (draw, absolute, squared) in ERRORS.items():

        def mae(random: Random, n: int, draw: Any = draw) -> Bounds:
            return regression.mean_absolute_error(draw(random, n))[1:]

        def rmse(random: Random, n: int, draw: Any = draw) -> Bounds:
            return regression.root_mean_squared_error(draw(random, n))[1:]

        def r2(random: Random, n: int, draw: Any = draw) -> Bounds:
            signal = 2 * random.normal(size=n)
            return regression.r2(signal + draw(random, n), signal)[1:]

        yield Case("mean_absolute_error", "skewed mean", name, absolute, "lower", mae)
        yield Case("root_mean_squared_error", "skewed mean, root", name, float(np.sqrt(squared)), "lower", rmse)
        variance = 4 + squared - (1.0 if name.startswith("exponential") else 0.0)
        yield Case("r2", "skewed mean, of 1 - R²", name, 1 - squared / variance, "higher", r2)


def _drift() -> Iterator[Case]:
    even = np.full(10, 0.1)
    for slope in (0.0, 0.3, 0.7):
        other = even * np.linspace(1 - slope, 1 + slope, 10)
        middle = (even + other) / 2

        def binned(distance: Any, other: Any = other) -> Callable[[Random, int], Bounds]:
            return lambda random, n: distance(random.multinomial(n, even), random.multinomial(n, other))[1:]

        index = float(np.sum((other - even) * np.log(other / even)))
        divergence = np.sum(even * np.log(even / middle)) + np.sum(other * np.log(other / middle))
        distance = float(np.sqrt(max(divergence, 0.0) / 2 / np.log(2)))
        named = "no drift" if slope == 0 else f"ten bins tilted by {slope}"
        edge = slope == 0
        yield Case("psi", "noncentral χ²", named, index, "lower", binned(population_stability_index), at_edge=edge)
        yield Case(
            "jensen_shannon", "noncentral χ²", named, distance, "lower", binned(jensen_shannon_distance), at_edge=edge
        )
    for shift in (0.0, 0.1, 0.5):

        def pair(random: Random, n: int, shift: float = shift) -> SortedPair:
            return SortedPair(random.normal(size=n), random.normal(shift, 1.0, n))

        def ks(random: Random, n: int, pair: Any = pair) -> Bounds:
            return pair(random, n).kolmogorov_smirnov()[1:]

        def wasserstein(random: Random, n: int, pair: Any = pair) -> Bounds:
            return pair(random, n).wasserstein()[1:]

        named = "no drift" if shift == 0 else f"shift of {shift} SD"
        largest = 2 * float(stats.norm.cdf(shift / 2)) - 1
        yield Case("ks", "two-sample DKW-Massart", named, largest, "lower", ks, at_edge=shift == 0)
        yield Case("wasserstein", "norm of the noise", named, shift, "lower", wasserstein, at_edge=shift == 0)


def _resampled() -> Iterator[Case]:
    def of(interval: Any, draw: Callable[[Random, int], Any]) -> Callable[[Random, int], Bounds]:
        def sample(random: Random, n: int) -> Bounds:
            x = draw(random, n)
            mean = lambda counts: counts @ x / counts.sum(axis=1)  # noqa: E731
            return interval(mean, np.ones(n), seed=int(random.integers(2**31)), resamples=500)[1:]

        return sample

    sizes = (200, 1_000)
    for name, draw in (
        ("exponential", lambda random, n: random.exponential(size=n)),
        ("normal", lambda random, n: random.normal(1, 1, n)),
    ):
        yield Case("bootstrap of a mean", "BCa", name, 1.0, "higher", of(bca, draw), sizes=sizes)
        yield Case("bootstrap of a mean", "Bayesian", name, 1.0, "higher", of(bayesian_bootstrap, draw), sizes=sizes)


def _listed(numbers: Any) -> str:
    return ", ".join(map(str, numbers))
