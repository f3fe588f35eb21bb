"""What the machine refuses is one message with a remedy; faults of the code stay faults."""

import errno
import sqlite3

import duckdb
import pytest

from kgbuild.cli.failing import refused_by_machine


@pytest.mark.parametrize(
    ("error", "message", "remedy"),
    [
        (MemoryError(), "not enough memory", "same command again"),
        (RuntimeError("can't start new thread"), "not enough memory", "fewer workers"),
        (OSError(errno.ENOSPC, "No space left on device", "kg/x"), "kg/x: No space left", "Make room"),
        (OSError(errno.EFBIG, "File too large"), "File too large", "Make room"),
        (OSError(errno.EROFS, "Read-only file system", "kg"), "kg: Read-only", "may write"),
        (PermissionError(errno.EACCES, "Permission denied", "kg"), "kg: Permission denied", "may write"),
        (OSError(errno.EIO, "Input/output error", "kg"), "kg: Input/output error", "Check the disk"),
        (OSError("Cannot write: no space left"), "no space left", "Make room"),
        (sqlite3.OperationalError("database or disk is full"), "disk is full", "Make room"),
        (duckdb.OutOfMemoryException("x"), "not enough memory", "same command again"),
        (duckdb.IOException("IO Error: No space left on device"), "No space", "Make room"),
        (
            duckdb.InvalidInputException("Failed to read file: ZSTD Decompression failure"),
            "ZSTD",
            "too little memory",
        ),
    ],
)
def test_what_the_machine_refuses_is_one_message(error: Exception, message: str, remedy: str) -> None:
    shown = refused_by_machine(error)
    assert shown is not None
    assert message in shown.message
    assert remedy in shown.remedy
    assert "\n" not in shown.message


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), duckdb.BinderException("x")], ids=repr)
def test_faults_of_the_code_are_not_hidden(error: Exception) -> None:
    assert refused_by_machine(error) is None
