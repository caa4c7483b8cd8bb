"""Errors that are part of the domain: they have a meaning in the truth table."""

from __future__ import annotations


class SubjectError(Exception):
    """A model or data set could not be loaded, or cannot predict: an ``error`` in whatever phase it is raised."""


class ReportError(Exception):
    """A saved report that cannot be read: truncated, of another format, or of a version from the future."""


class NotMeasurableError(ValueError):
    """The measure does not apply to this subject: it has no labels, gives no probabilities, refuses such rows."""
