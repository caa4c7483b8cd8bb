"""Intervals, resampling, divergences and mergeable summaries, on numpy and scipy alone."""
