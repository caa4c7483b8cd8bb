"""Measures for 7.6 Operation & Monitoring."""
