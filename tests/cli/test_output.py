"""Progress where no bar can be drawn, and tables where the screen is narrow."""

from __future__ import annotations

import re
import time

import pytest
from rich.console import Console

from kgbuild.cli import output
from kgbuild.query.results import Table
from kgbuild.schema import load_schema


def test_a_log_gets_lines_with_rate_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "TOLD_EVERY", 0.0)
    with output.Bars() as bars:
        bars.start("Training", 1_000)
        for _ in range(3):
            time.sleep(0.01)
            bars.advance(100)
        bars.start("Reading", None, unit="files")
        bars.advance(7)
    first, *_, last_of_training, reading = capsys.readouterr().err.splitlines()
    assert first == "Training: 100 of 1,000"
    assert re.fullmatch(r"Training: 300 of 1,000, [\d,.]+ articles/s, 0:00:\d\d left", last_of_training)
    assert reading == "Reading: 7 files"


def test_short_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with output.Bars() as bars:
        bars.start("Training", 1_000)
        bars.advance(1_000)
    assert capsys.readouterr().err == ""


def test_rows_too_wide_for_the_screen_are_lines_in_which_nothing_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "console", Console(width=40, highlight=False))
    columns = ("subject", "object", "supporting_articles", "direction", "second_sentence")
    table = Table(columns, (("butyrate-producing bacteria", "Parkinson disease", 12, "increase", None),))
    output.print_rows(table, "table", load_schema())
    *lines, said, _ = capsys.readouterr().out.splitlines()
    assert lines == [
        "subject butyrate-producing bacteria",
        "  object Parkinson disease",
        "  supporting articles 12",
        "  direction increase",
    ]
    assert said.startswith("1 row;")
