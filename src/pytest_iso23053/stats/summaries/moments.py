"""Count, mean, variance and range of numbers, merged without a second pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Moments:
    """What is known of finite numbers; infinite ones are counted apart, as one of them would make the rest unknown.

    Merged by the pairwise update of Chan, Golub & LeVeque (1983), which does not cancel as sums of squares do.
    """

    count: int = 0
    infinite: int = 0
    mean: float = 0.0
    squares: float = 0.0  # sum of squared deviations from the mean
    minimum: float = np.inf
    maximum: float = -np.inf

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Moments:
        """Summarise numbers without missing ones."""
        if not values.size:
            return cls()
        low, high = float(values.min()), float(values.max())
        infinite = 0
        if not (np.isfinite(low) and np.isfinite(high)):
            finite = values[np.isfinite(values)]
            infinite = values.size - finite.size
            if not finite.size:
                return cls(infinite=infinite)
            values, low, high = finite, float(finite.min()), float(finite.max())
        with np.errstate(over="ignore"):  # squares of the largest floats: the variance is infinite, and no error
            mean = float(values.mean())
            deviations = values - mean
            return cls(values.size, infinite, mean, float(deviations @ deviations), low, high)

    def __add__(self, other: Any) -> Moments:
        if not isinstance(other, Moments):
            return NotImplemented
        count = self.count + other.count
        apart = other.mean - self.mean
        share = other.count / count if count else 0.0
        return Moments(
            count,
            self.infinite + other.infinite,
            self.mean + apart * share,
            self.squares + other.squares + apart * apart * self.count * share,
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
        )

    @property
    def variance(self) -> float:
        """The unbiased variance; NaN of fewer than two numbers."""
        return self.squares / (self.count - 1) if self.count > 1 else float("nan")
