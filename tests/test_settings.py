from __future__ import annotations

import pytest

from analyzer.errors import UsageError
from analyzer.settings import Settings


@pytest.mark.parametrize("text", ["abc", "", "-5", "100", "1.5"])
def test_a_limit_that_is_no_sensible_number_is_a_usage_error(monkeypatch, text):
    monkeypatch.setenv("ANALYZER_MEMORY_MIB", text)

    with pytest.raises(UsageError, match="ANALYZER_MEMORY_MIB"):
        Settings.from_environment()


def test_limits_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("ANALYZER_MEMORY_MIB", "512")
    monkeypatch.setenv("ANALYZER_THREADS", "1")
    monkeypatch.setenv("ANALYZER_SPILL_DIR", str(tmp_path))

    assert Settings.from_environment() == Settings(512, 1, tmp_path)
