"""Measures for 7.5 Deployment."""
