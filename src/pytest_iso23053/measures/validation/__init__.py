"""Measures for 7.4 Verification & Validation."""
