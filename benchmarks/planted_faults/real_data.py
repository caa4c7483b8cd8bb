"""The real data sets: what each is, where it comes from, and how it is divided into train, test and production.

None is downloaded, and none is kept here: they come with scikit-learn, statsmodels and the example project.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

GERMAN = Path(__file__).resolve().parents[2] / "example_project" / "data" / "german.data"
GERMAN_COLUMNS = (
    "status duration history purpose amount savings employment rate personal debtors residence property age plans "
    "housing credits job dependants telephone foreign credit"
)
SHARES = {"train": 0.60, "test": 0.25, "production": 0.15}


@dataclass(frozen=True)
class Base:
    """A data set and what the configuration says of its columns."""

    name: str
    source: str
    target: str
    read: Callable[[], pd.DataFrame]
    task: str = "classification"
    sensitive: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    id: str | None = None
    time: str | None = None
    positive: object = None
    entities_apart: bool = False

    def aside(self) -> set[str]:
        """The columns that are no features."""
        return {self.target, *self.drop, *(name for name in (self.id, self.time) if name)}


def divide(base: Base, frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Divide the rows: by time where there is one, by entity where rows share one, else at random."""
    rng = np.random.default_rng(sum(map(ord, base.name)))
    if base.time:
        position = np.argsort(frame[base.time].to_numpy(), kind="stable").argsort() / len(frame)
    elif base.entities_apart:
        entities = frame[base.id].unique()
        order = dict(zip(rng.permutation(entities), np.arange(len(entities)) / len(entities), strict=True))
        position = frame[base.id].map(order).to_numpy()
    else:
        position = rng.permutation(len(frame)) / len(frame)
    place = np.searchsorted(np.cumsum(list(SHARES.values()))[:-1], position, side="right")
    return {role: frame[place == number].reset_index(drop=True) for number, role in enumerate(SHARES)}


def german_credit() -> pd.DataFrame:
    rows = pd.read_csv(GERMAN, sep=" ", header=None, names=GERMAN_COLUMNS.split())
    sex = np.where(rows["personal"].isin(["A92", "A95"]), "female", "male")  # the source hides it in the status
    credit = rows["credit"].map({1: "good", 2: "bad"})
    return rows.drop(columns=["personal", "credit"]).assign(sex=sex, credit=credit)


def from_sklearn(name: str) -> Callable[[], pd.DataFrame]:
    def read() -> pd.DataFrame:
        from sklearn import datasets

        frame = getattr(datasets, f"load_{name}")(
            as_frame=True, **({"scaled": False} if name == "diabetes" else {})
        ).frame
        return frame.rename(columns=lambda column: column.replace(" ", "_").replace("/", "_"))

    return read


def _statsmodels(name: str) -> pd.DataFrame:
    import importlib

    return importlib.import_module(f"statsmodels.datasets.{name}").load_pandas().data


def affairs() -> pd.DataFrame:
    """Fair (1978): 6,366 answers. Whether somebody is devout is a belief: a group that a law protects."""
    rows = _statsmodels("fair")
    devout = np.where(rows["religious"] >= 3, "yes", "no")
    return rows.rename(columns={"affairs": "hours"}).assign(devout=devout, affairs=(rows["affairs"] > 0).astype(int))


def doctor_visits() -> pd.DataFrame:
    """RAND health insurance experiment: 20,190 person-years; did somebody see a doctor at all?"""
    rows = _statsmodels("randhie")
    return rows.assign(any_visit=(rows["mdvis"] > 0).astype(int), limited=(rows["physlm"] > 0).astype(int))


def votes() -> pd.DataFrame:
    """American national election study 1996: Clinton or Dole, and how people placed themselves and them."""
    return _statsmodels("anes96").drop(columns="popul").assign(vote=lambda rows: rows["vote"].astype(int))


def carbon_dioxide() -> pd.DataFrame:
    """Mauna Loa: will next week's CO2 be higher than this week's? Weeks without a measurement are missing."""
    series = _statsmodels("co2")["co2"]
    week = pd.to_datetime(series.index)
    rows = pd.DataFrame({"week": week.strftime("%Y-%m-%d"), "week_of_year": week.isocalendar().week.to_numpy(int)})
    values = pd.Series(series.to_numpy())
    for lag in range(6):
        rows[f"change_{lag}"] = (values.shift(lag) - values.shift(lag + 1)).round(2)
    rows["rises"] = (values.shift(-1) > values).astype(int)
    known = values.notna() & values.shift(-1).notna()
    return rows[known & (rows["week"] >= "1966")].reset_index(drop=True)  # the first years have gaps of months


def fertility() -> pd.DataFrame:
    """World Bank: births per woman five years ahead, one row a country and fifth year; early figures are missing."""
    wide = _statsmodels("fertility").set_index("Country Code")
    rows = []
    for year in range(1960, 2008, 3):
        rates = {f"rate_{back}_before": wide.get(str(year - back)) for back in (0, 2, 5, 10)}
        part = pd.DataFrame({name: (np.nan if one is None else one) for name, one in rates.items()}, index=wide.index)
        rows.append(part.assign(year=year, rate_5_after=wide[str(year + 5)]))
    table = pd.concat(rows).rename_axis("country").reset_index()
    return table.dropna(subset=["rate_5_after"]).sort_values(["country", "year"]).reset_index(drop=True)


_BASES = (
    Base(
        "credit",
        "German credit, Hofmann 1994, CC BY 4.0 (example project)",
        "credit",
        german_credit,
        sensitive=("sex",),
        drop=("sex",),
        positive="good",
    ),
    Base("breast", "Breast cancer Wisconsin, CC BY 4.0 (scikit-learn)", "target", from_sklearn("breast_cancer")),
    Base("digits", "Optical digits, CC BY 4.0 (scikit-learn)", "target", from_sklearn("digits")),
    Base("wine", "Wine, CC BY 4.0 (scikit-learn)", "target", from_sklearn("wine")),
    Base(
        "diabetes",
        "Diabetes, Efron et al. 2004 (scikit-learn)",
        "target",
        from_sklearn("diabetes"),
        task="regression",
        sensitive=("sex",),
    ),
    Base(
        "fair",
        "Extramarital affairs, Fair 1978 (statsmodels)",
        "affairs",
        affairs,
        sensitive=("devout",),
        drop=("devout", "hours"),  # the hours are the answer
    ),
    Base(
        "randhie",
        "RAND health insurance experiment, public domain (statsmodels)",
        "any_visit",
        doctor_visits,
        sensitive=("limited",),
        drop=("limited", "mdvis"),
    ),  # the visits are the answer
    Base("anes96", "American national election study 1996, public domain (statsmodels)", "vote", votes),
    Base("co2", "Mauna Loa weekly CO2, public domain (statsmodels)", "rises", carbon_dioxide, time="week"),
    Base(
        "fertility",
        "World Bank fertility rates (statsmodels)",
        "rate_5_after",
        fertility,
        task="regression",
        id="country",
        entities_apart=True,
    ),
)
BASES = {base.name: base for base in _BASES}


def table(base: Base, cache: Path) -> pd.DataFrame:
    """The data set from the cache: peers' environments lack statsmodels, and every tool must see the same rows."""
    file = cache / f"{base.name}.parquet"
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        base.read().to_parquet(file, index=False)
    return pd.read_parquet(file)
