"""The files of the suite by clause. Reading one is the way to see what ``pytest --iso23053`` does."""

from __future__ import annotations

FILES = {
    "7.2": "test_7_2_data",
    "7.3": "test_7_3_training",
    "7.4": "test_7_4_verification_validation",
    "7.5": "test_7_5_deployment",
    "7.6": "test_7_6_operation",
}
