"""What is under test: models and data sets, their digests, and loading them without running what nobody asked for."""
