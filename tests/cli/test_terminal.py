"""What names, sentences, paths and servers hold reaches a terminal as text alone."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from rich.table import Table as RichTable
from rich.text import Text

from kgbuild.cli import output
from kgbuild.cli.terminal import Guard, Terminal, printable
from kgbuild.query.results import Table
from kgbuild.schema import load_schema

# A title for the window, an order to clear the screen, its one-character form, a carriage return, an override of the
# text's direction, an isolate, and a tag; each hides what was written or shows it otherwise.
EVIL = "a\x1b]0;owned\x07b\x1b[2Jc\x9b2Jd\re\u202ef\u2066g\U000e0041h"
SHOWN = r"a\u001b]0;owned\u0007b\u001b[2Jc\u009b2Jd\u000de\u202ef\u2066g\U000e0041h"


def on_terminal(*arguments: str, code: int = 0) -> str:
    """What a command writes where both its outputs are a terminal."""
    here, there = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "300"}
    command = [sys.executable, "-m", "kgbuild", *arguments]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=there, stderr=there, env=environment)
    os.close(there)
    written = b""
    try:
        while data := os.read(here, 1 << 16):
            written += data
    except OSError:  # how Linux says that the other side is closed
        pass
    os.close(here)
    assert process.wait() == code, written
    # The terminal's line discipline makes CR LF of LF.
    return written.decode().replace("\r\n", "\n")


def raw(text: str) -> list[str]:
    """The unsafe characters of a text, without rich's own colours and progress bars, which begin with ESC [."""
    import re

    return re.findall(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2066\U000e0041]", re.sub(r"\r?\x1b\[[0-9;?]*[A-Za-z]", "", text)
    )


def test_characters_that_give_orders_are_shown_as_their_codes() -> None:
    assert printable(EVIL) == SHOWN
    assert printable("naïve µ-opioid β₂ 🦠 العربية עברית\tx\n") == "naïve µ-opioid β₂ 🦠 العربية עברית\tx\n"
    assert printable("\udcff") == r"\udcff"
    assert json.loads(printable(json.dumps("\u202e\x9b", ensure_ascii=False))) == "\u202e\x9b"


@pytest.mark.parametrize("make", [str, Text], ids=["string", "Text"])
def test_a_console_prints_text_alone(make: type) -> None:
    stream = io.StringIO()
    console = Terminal(file=stream, width=200, force_terminal=True, color_system="truecolor")
    console.print(make(f"{EVIL} [bold]x[/bold] :pill: [link=http://x]y[/link]"), style="red")
    table = RichTable("[red]column[/red]")
    table.add_row(EVIL + "[/]")
    console.print(table)
    written = stream.getvalue()
    assert raw(written) == []
    # Rich itself leaves some control characters out of a Text.
    first = SHOWN if make is str else SHOWN.replace(r"\u0007", "").replace(r"\u000d", "")
    assert f"{first} [bold]" in written
    assert f"{SHOWN}[/] " in written
    assert "[bold]x[/bold] :pill: [link=http://x]y[/link]" in written
    assert "[red]column[/red]" in written
    assert "\x1b[31m" in written


def test_rows_of_a_query_too(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(("subject", "object"), ((EVIL, "[b]x[/b]"),), notes=(f"note {EVIL} [/]",))
    for form in ("table", "json", "csv"):
        output.print_rows(table, form, load_schema())
    written = capsys.readouterr()
    assert raw(written.out.splitlines()[2]) == raw(written.err) == []
    assert "[b]x[/b]" in written.out
    assert "[/]" in written.err


def test_a_guard_covers_what_else_writes() -> None:
    stream = io.StringIO()
    guard = Guard(stream)
    print(EVIL, file=guard)
    csv.writer(guard).writerow([EVIL])
    guard.writelines([EVIL])
    for byte in EVIL.encode():
        guard.buffer.write(bytes([byte]))
    guard.flush()
    assert raw(stream.getvalue().replace("\r\n", "\n")) in ([], ["\r"])
    assert stream.getvalue().count(SHOWN) == 4


def test_commands_on_a_terminal(tmp_path: Path) -> None:
    folder = tmp_path / f"{EVIL.replace('/', '')} [bold]kg[/bold]"
    said = on_terminal("show", "butyrate", "--kg", str(folder), code=5)
    assert f"{SHOWN} [bold]kg[/bold]" in said
    assert raw(said) == []
    unknown = on_terminal("show", "butyrate", f"--{EVIL}", code=2)
    assert raw(unknown) == []
    article = {"id": "1", "title": EVIL, "abstract": f"[bold]{EVIL}"}
    source = tmp_path / "articles.jsonl"
    source.write_text(json.dumps(article) + "\n" + f'{{"id": "{EVIL}"}}' + "\n")
    written = on_terminal("annotate", str(source), "--keep-relations")
    assert "owned" in written
    assert raw(written) == []


def test_what_is_piped_stays_as_it_is(tmp_path: Path) -> None:
    source = tmp_path / "articles.jsonl"
    source.write_text(json.dumps({"id": "1", "title": "a\u202eb"}))
    command = [sys.executable, "-m", "kgbuild", "annotate", str(source), "--keep-relations"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "a\u202eb" in done.stdout


def test_cells_that_a_spreadsheet_would_compute(capsys: pytest.CaptureFixture[str]) -> None:
    values = ("=1+1", "-2", -2, "plain", None, "@x", 0.5)
    for given in (False, True):
        output.print_rows(Table(tuple("abcdefg"), (values,)), "csv", load_schema(), raw=given)
    _, defused, _, kept = capsys.readouterr().out.splitlines()
    assert defused == "'=1+1,-2,-2,plain,,'@x,0.5"
    assert kept == "=1+1,-2,-2,plain,,@x,0.5"
