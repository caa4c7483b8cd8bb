"""The planted faults by phase; importing this registers them all in ``planting.FAULTS``."""

from . import benign, data, groups, labels, leaks, operation, split, training, validation

__all__ = ["benign", "data", "groups", "labels", "leaks", "operation", "split", "training", "validation"]
