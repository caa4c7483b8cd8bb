"""Correlations of many columns in one pass, in blocks of rows, each with its standard error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CoMoments:
    """Sums of products of columns over the rows where both are known; those of two parts are added."""

    rows: Matrix
    sums: Matrix  # of the first column's values where the second is known
    products: tuple[Matrix, ...]  # of powers (1, 1), (2, 0), (2, 2), (3, 1), (4, 0)

    @classmethod
    def of(cls, block: Matrix) -> CoMoments:
        """Summarise rows of columns with mean near 0 and spread near 1; NaN is missing."""
        missing = np.isnan(block)
        known = np.where(missing, 0.0, 1.0)
        x = np.where(missing, 0.0, block)
        squares = x * x
        products = (x.T @ x, squares.T @ known, squares.T @ squares, (squares * x).T @ x, (squares * squares).T @ known)
        return cls(known.T @ known, x.T @ known, products)

    def __add__(self, other: Any) -> CoMoments:
        if not isinstance(other, CoMoments):
            return NotImplemented
        products = tuple(one + two for one, two in zip(self.products, other.products, strict=True))
        return CoMoments(self.rows + other.rows, self.sums + other.sums, products)

    def correlations(self) -> tuple[Matrix, Matrix]:
        """Pearson's correlations and the variances of their estimates, NaN where a column does not vary.

        The variance is that of the influence function z₁ z₂ - r (z₁² + z₂²) / 2, which assumes no distribution; of
        columns standardised beforehand, as moments about their own means would need a second pass.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            n = np.where(self.rows > 2, self.rows, np.nan)
            both, first, two_two, three_one, fourth = (product / n for product in self.products)
            means = self.sums / n
            spread = first - means**2
            scale = np.sqrt(spread * spread.T)
            r = np.where(scale > 1e-12, (both - means * means.T) / scale, np.nan)
            a, b = spread, spread.T
            square = two_two / (a * b)
            cubes = three_one / np.sqrt(a**3 * b)
            fourths = fourth / a**2
            variance = square - r * (cubes + cubes.T) + r**2 / 4 * (fourths + fourths.T + 2 * square)
            return r, np.maximum(variance, 0.0) / n


def co_moments(blocks: Iterable[Matrix]) -> CoMoments:
    """The sums over all blocks, of which there is at least one."""
    whole: CoMoments | None = None
    for block in blocks:
        part = CoMoments.of(block)
        whole = part if whole is None else whole + part
    if whole is None:
        raise ValueError("there are no rows")
    return whole
