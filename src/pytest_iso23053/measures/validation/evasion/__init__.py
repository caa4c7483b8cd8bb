"""Attacks that make a model change its answer: on tables by decisions and by probabilities, on texts by characters."""
