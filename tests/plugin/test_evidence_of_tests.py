"""Evidence belongs to the test that left it: none from elsewhere, none lost."""

from __future__ import annotations

import pytest

MEASURED = """
    import pytest
    from pytest_iso23053 import Measurement

    def measured(low, high):
        return Measurement("made_up_rate", (low + high) / 2, low=low, high=high, n=100)
"""


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["serial", "xdist"])
def test_what_a_module_measures_while_it_is_imported_is_no_tests_evidence(pytester, run_iso, arguments):
    pytester.makepyfile(
        MEASURED
        + """
    at_import = bool(measured(0.9, 0.95) >= 0.8)

    @pytest.mark.clause("7.4/performance")
    def test_says_nothing():
        at_import
    """
    )
    run = run_iso(*arguments)
    (test,) = run.tests.values()
    assert test["measurements"] == []
    assert test["supports"] is False


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["serial", "xdist"])
def test_a_judgement_is_not_lost_where_a_conftest_makes_the_report(pytester, run_iso, arguments):
    pytester.makeconftest(
        """
        import pytest

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_makereport(item, call):
            return pytest.TestReport.from_item_and_call(item, call)
        """
    )
    pytester.makepyfile(
        MEASURED
        + """
    @pytest.mark.clause("7.4/performance")
    def test_swallows_a_judgement():
        assert not (measured(0.1, 0.2) >= 0.8)

    @pytest.mark.clause("7.4/robustness")
    def test_asserts_nothing():
        pass

    @pytest.mark.clause("7.4/fairness")
    def test_fails():
        assert False
    """
    )
    run = run_iso(*arguments)
    tests = {nodeid.rpartition("::")[2]: test for nodeid, test in run.tests.items()}
    assert [each["judgement"] for each in tests["test_swallows_a_judgement"]["measurements"]] == ["not met"]
    assert tests["test_swallows_a_judgement"]["supports"] is False
    assert tests["test_asserts_nothing"]["measurements"] == []
    assert tests["test_asserts_nothing"]["supports"] is False
    assert tests["test_fails"]["outcome"] == "failed"


def test_the_seed_of_a_test_is_its_own_wherever_it_is_asked_for(pytester, run_iso):
    pytester.makepyfile(
        """
        from pytest_iso23053.assurance.context import current

        def test_same(iso_seed):
            assert current().seed == iso_seed != current().run_seed

        def test_other(iso_seed):
            assert current().seed == iso_seed
        """
    )
    assert run_iso().ret == 0
