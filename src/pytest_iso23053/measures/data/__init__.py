"""Measures for 7.2 Data Acquisition & Preparation."""
