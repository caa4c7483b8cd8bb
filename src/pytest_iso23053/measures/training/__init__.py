"""Measures for 7.3 Model Building & Training."""
