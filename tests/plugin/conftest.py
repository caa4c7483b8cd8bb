"""Where a plugin is missing that a run would need, the test of that run is skipped; CI has such an environment."""

from __future__ import annotations

import importlib.util

import pytest

NEEDED = {"-n": "xdist", "--dist": "xdist", "--max-worker-restart": "xdist", "--reruns": "pytest_rerunfailures"}


@pytest.fixture(autouse=True)
def _skip_runs_that_need_a_missing_plugin(monkeypatch):
    for method in ("runpytest_inprocess", "runpytest_subprocess"):
        monkeypatch.setattr(pytest.Pytester, method, _checked(getattr(pytest.Pytester, method)))


def _checked(method):
    def run(self, *arguments, **keywords):
        for argument in map(str, arguments):
            module = next((module for option, module in NEEDED.items() if argument.startswith(option)), None)
            if module and importlib.util.find_spec(module) is None:
                pytest.skip(f"needs {module}")
        return method(self, *arguments, **keywords)

    return run
