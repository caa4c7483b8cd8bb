"""The ready-made suite: ordinary pytest files, one per clause, written with the public fixtures and measures."""
