"""7.6 Operation & Monitoring: has what the model sees in production moved away from what it was trained on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053 import measures
from pytest_iso23053.suite.declare import ready_made
from pytest_iso23053.suite.judging import judge

if TYPE_CHECKING:
    from pytest_iso23053 import Dataset


@ready_made("psi", needs=("train", "production"))
def test_population_stability(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.psi(iso_baseline_data, iso_production_data))


@ready_made("ks", needs=("train", "production"))
def test_kolmogorov_smirnov_distance(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.ks(iso_baseline_data, iso_production_data))


@ready_made("wasserstein", needs=("train", "production"))
def test_wasserstein_distance(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.wasserstein(iso_baseline_data, iso_production_data))
