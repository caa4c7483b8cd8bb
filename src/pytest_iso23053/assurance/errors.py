"""Errors that are part of the domain: they have a meaning in the truth table."""

from __future__ import annotations


class SubjectError(Exception):
    """A model or data set could not be loaded, or cannot predict: the outcome is ``error`` in whatever phase it is raised."""


class ReportError(Exception):
    """A saved report that cannot be read: truncated, of another format, or of a version from the future."""
