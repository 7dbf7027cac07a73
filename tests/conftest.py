"""Shared by all tests: in CI nothing may be skipped that the machine could be given."""

from __future__ import annotations

import os

import pytest

NO_SAMPLES = "the folder of public samples is not beside the project"


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turn a run with skips into a failed one where ``CI`` is set: there every tool is present.

    The public samples are no tool: they lie beside the project, or they do not.
    """
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    reports = reporter.stats.get("skipped", ()) if reporter else ()
    skipped = sum(NO_SAMPLES not in str(report.longrepr) for report in reports)
    if os.environ.get("CI") and skipped and exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"{skipped} skipped, which CI does not allow", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
