"""A sample of `make variance`: a legal but unusual target is not accused, and an alarm would be told."""

from __future__ import annotations

import pytest

from ocpi_conformance.cli import variance
from ocpi_conformance.mock_partner.named_defects import ALL


def test_a_target_with_all_variance_is_not_accused() -> None:
    ((name, lines),) = variance.look([ALL], ("versions",), workers=1)
    assert (name, lines) == (ALL, [])


def test_an_unknown_variance_is_a_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert variance.main(["odd"]) == 4
    assert "no variance is called odd" in capsys.readouterr().out


def test_an_alarm_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    found = {"small-pages": ["failed CPO a.feature: A"], "null-data": []}
    monkeypatch.setattr(variance, "look", lambda names: ((name, found[name]) for name in names))
    assert variance.main(["small-pages", "null-data"]) == 1
    assert capsys.readouterr().out == "ALARM small-pages\n  failed CPO a.feature: A\nquiet null-data\n"
    assert variance.main(["null-data"]) == 0
