"""What is under test: models, data sets, their digests, and how they are loaded without running what nobody asked for."""
