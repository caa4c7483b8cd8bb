"""Which configured requirement a measurement is judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_iso23053.assurance.policy import Requirement

ROLES = frozenset({"train", "test", "reference", "production"})


class RequirementMissingError(LookupError):
    """No requirement is configured for what was measured; the message holds the lines to add."""

    def __str__(self) -> str:  # KeyError and its kin show the repr of the message: lines would be escaped
        return str(self.args[0])


def applies(
    requirement: Requirement,
    *,
    measure: str,
    params: Mapping[str, Any],
    subjects: Sequence[str],
    roles: Sequence[str] | None = None,
) -> bool:
    """Tell whether a requirement speaks about a measurement.

    Parameters
    ----------
    measure : str
        As in a measurement record: ``accuracy``, or ``selection_rate.ratio`` for a summary over groups.
    params : Mapping
        The parameters measured with; the requirement's own must be among them, with the same values.
    subjects : Sequence of str
        Names of the model and the data sets.
    roles : Sequence of str, optional
        What each subject is: ``model``, or the role of the data set. Left out, a data set's name is taken as its role.
    """
    name, _, summary = measure.partition(".")
    return (
        requirement.measure == name
        and (requirement.summary or "") == summary
        and tuple(requirement.by) == _groups(params)
        and all(key in params and params[key] == value for key, value in requirement.params.items())
        and (requirement.model is None or requirement.model in subjects)
        and _about_data(requirement, subjects, roles)
    )


def _groups(params: Mapping[str, Any]) -> tuple[str, ...]:
    by = params.get("by", ())
    return (by,) if isinstance(by, str) else tuple(by)


def _about_data(requirement: Requirement, subjects: Sequence[str], roles: Sequence[str] | None) -> bool:
    """A requirement on a model that names no data set is about the test set: accuracy on training rows shows nothing.

    A property of one data set, or a comparison of two, has no such default: it is judged wherever it is measured.
    """
    if requirement.dataset is not None:
        return requirement.dataset in subjects
    known = [role for role in (roles or subjects) if role in ROLES]
    return len(known) != 1 or known == ["test"] or len(subjects) == 1


def specificity(requirement: Requirement) -> int:
    """Rank requirements on the same measurement: the one that says more about it is the one that is meant."""
    return len(requirement.params) + (requirement.model is not None) + (requirement.dataset is not None)


def spelling(measure: str, params: Mapping[str, Any]) -> str:
    """Write the configuration key of what was measured: ``accuracy``, ``selection_rate.ratio(sex)``."""
    by = _groups(params)
    return f"{measure}({', '.join(by)})" if by else measure


def missing(
    requirements: Sequence[Requirement],
    *,
    measure: str,
    params: Mapping[str, Any],
    subjects: Sequence[str],
    operator: str,
) -> RequirementMissingError:
    """Build the error that says what to add, and which requirement comes near."""
    key = spelling(measure, params)
    quoted = key if key.isidentifier() else f'"{key}"'
    about = f" of {', '.join(subjects)}" if subjects else ""
    lines = [
        f"no requirement is configured for {key}{about}: state the limit once, in pyproject.toml, as",
        "",
        "[tool.iso23053.requirements]",
        f'{quoted} = "{operator} LIMIT"',
    ]
    near = [requirement for requirement in requirements if requirement.measure == measure.partition(".")[0]]
    if near:
        lines += ["", "configured for other subjects or parameters: " + "; ".join(map(_described, near))]
    return RequirementMissingError("\n".join(lines))


def _described(requirement: Requirement) -> str:
    details = {"model": requirement.model, "dataset": requirement.dataset, **requirement.params}
    told = ", ".join(f"{key} = {value}" for key, value in details.items() if value is not None)
    return f"{requirement.key} {requirement.operator} {requirement.limit:g}" + (f" ({told})" if told else "")
