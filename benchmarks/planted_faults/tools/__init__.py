"""The tools that are compared: how each is driven on a case, and in which environment."""
