"""Summaries of a column that are made in one pass and merge: that of two parts is that of the whole, in any order."""
