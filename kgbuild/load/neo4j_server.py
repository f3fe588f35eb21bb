"""Reaching a Neo4j server: settings, checks, and its errors in our words."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, LiteralString
from urllib.parse import urlsplit

from kgbuild import __version__
from kgbuild.errors import ConfigurationError, InputError, KgbuildError, RemoteError
from kgbuild.remote import is_local, without
from kgbuild.resources import asset

if TYPE_CHECKING:
    from neo4j import BookmarkManager, Driver, Session

# The long-term support release; calendar versions (2025.01 …) follow it.
MINIMUM = (5, 26)
_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neo4jSettings:
    """Where a server is and who asks; `database` is empty for the user's own.

    Raises:
        ConfigurationError: the address is none of a Neo4j server's, holds a password, or the password would travel
            unencrypted to another machine.
    """

    uri: str = "bolt://127.0.0.1:7687"
    user: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str = ""

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.uri)
        except ValueError as error:
            raise ConfigurationError(f"{self.uri!r} is not the address of a Neo4j server: {error}") from error
        if parts.username is not None or parts.password is not None:
            raise ConfigurationError(
                "the Neo4j address holds a user or password",
                remedy="Give them as KGBUILD_NEO4J_USER and KGBUILD_NEO4J_PASSWORD.",
            )
        if parts.scheme not in _SCHEMES or not parts.hostname:
            raise ConfigurationError(
                f"{self.uri!r} is not the address of a Neo4j server",
                remedy=f"Give for example bolt://127.0.0.1:7687; known are {', '.join(_SCHEMES)}.",
            )
        if "+" not in parts.scheme and self.password and not is_local(self.uri):
            raise ConfigurationError(
                f"the password of Neo4j would travel unencrypted to {parts.hostname}",
                remedy=f"Use {parts.scheme}+s:// ({parts.scheme}+ssc:// where the server signed its certificate "
                "itself), or a tunnel (ssh -L) to this machine.",
            )

    @property
    def address(self) -> str:
        """What the driver connects to: where nothing is encrypted, the server that is named and no other.

        A routing table (`neo4j://`) names servers that then get the password; if encrypted, they prove who they are.
        """
        return f"bolt{self.uri[5:]}" if urlsplit(self.uri).scheme == "neo4j" else self.uri


def settings_from(
    uri: str | None = None,
    user: str | None = None,
    password: str | None = None,
    database: str | None = None,
    *,
    environment: Mapping[str, str] | None = None,
) -> Neo4jSettings:
    """Settings as given, else from KGBUILD_NEO4J_URI, _USER, _PASSWORD and _DATABASE, else the defaults.

    Raises:
        ConfigurationError: the address is none of a Neo4j server's, or holds a password.
    """
    variables = os.environ if environment is None else environment
    given = {"uri": uri, "user": user, "password": password, "database": database}
    found = {name: variables.get(f"KGBUILD_NEO4J_{name.upper()}") if value is None else value
             for name, value in given.items()}  # fmt: skip
    return Neo4jSettings(**{name: value for name, value in found.items() if value})


@contextmanager
def connected(settings: Neo4jSettings) -> Iterator[Driver]:
    """A driver for a server that answers, knows the user and is new enough.

    Raises:
        RemoteError: there is no such server.
        KgbuildError: the driver is not installed.
    """
    try:
        import neo4j
    except ImportError as error:
        raise KgbuildError("the Neo4j driver is not installed", remedy="pip install neo4j") from error

    with (
        translated(settings),
        neo4j.GraphDatabase.driver(
            settings.address,
            auth=(settings.user, settings.password),
            user_agent=f"kgbuild/{__version__}",
            connection_timeout=15,
            connection_acquisition_timeout=30,
            notifications_min_severity="OFF",
            # Else the driver reports to the server which of its functions are used.
            telemetry_disabled=True,
        ) as driver,
    ):
        # Without this first question, a managed transaction would ask an absent server again for half a minute.
        driver.verify_connectivity()
        with session(driver, settings, write=False) as opened:
            found = opened.run("CALL dbms.components() YIELD name, versions RETURN name, versions")
            check_version({record["name"]: record["versions"] for record in found}, settings.uri)
        yield driver


def session(
    driver: Driver, settings: Neo4jSettings, *, write: bool, bookmarks: BookmarkManager | None = None
) -> Session:
    """A session in the settings' database; those that share bookmarks see what each other has committed."""
    import neo4j

    mode = neo4j.WRITE_ACCESS if write else neo4j.READ_ACCESS
    return driver.session(database=settings.database or None, default_access_mode=mode, bookmark_manager=bookmarks)


def check_version(components: Mapping[str, list[str]], uri: str) -> None:
    """See that the kernel among a server's components is new enough.

    Raises:
        RemoteError: it is older than Neo4j 5.26, or there is none.
    """
    versions = components.get("Neo4j Kernel", [])
    numbers = [re.match(r"(\d+)\.(\d+)", version) for version in versions]
    if any(found and (int(found[1]), int(found[2])) >= MINIMUM for found in numbers):
        return
    what = f"Neo4j {versions[0]}" if versions else f"not Neo4j but {', '.join(components) or 'another program'}"
    raise RemoteError(
        f"{uri} is {what}; kgbuild needs Neo4j {MINIMUM[0]}.{MINIMUM[1]} or newer",
        remedy="Update the server, or load into another one.",
    )


@contextmanager
def translated(settings: Neo4jSettings, *, query: str = "") -> Iterator[None]:
    """Raise the driver's errors as ours. `query` names what the user asked, if it is the user's own."""
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        yield
    except (DriverError, Neo4jError) as error:
        raise _explained(error, settings, query) from error


_READ_ONLY = (
    "the database {database!r} at {uri} is read-only; nothing was changed",
    "Make it writable (server.databases.read_only on the server), or load into another one.",
)
_TOO_LONG = ("{uri}: the query took too long", "Ask for less, for example with a LIMIT, or allow more time.")
_NO_MEMORY = (
    "{uri} has too little memory for this: {text}",
    "Raise dbms.memory.transaction.total.max on the server, or load in smaller batches.",
)
# The end of an error's code, the message and the remedy; https://neo4j.com/docs/status-codes/current/.
_CODES = {
    "Security.Unauthorized": (
        "{uri} refused user {user!r}: the name or the password is wrong",
        "Set KGBUILD_NEO4J_USER and KGBUILD_NEO4J_PASSWORD.",
    ),
    "Security.AuthenticationRateLimit": (
        "{uri} takes no password of user {user!r} for now, after too many wrong ones",
        "Wait a minute, then give the right one.",
    ),
    "Security.CredentialsExpired": (
        "{uri} wants user {user!r} to change the first password",
        "Run once, in database system: ALTER CURRENT USER SET PASSWORD FROM '…' TO '…'.",
    ),
    "Security.Forbidden": (
        "{uri}: user {user!r} may not do this: {text}",
        "Ask for the right, or give another user.",
    ),
    "Database.DatabaseNotFound": (
        "{uri} has no database {database!r}",
        "SHOW DATABASES lists them; the community edition has one, neo4j.",
    ),
    "General.ForbiddenOnReadOnlyDatabase": _READ_ONLY,
    "General.WriteOnReadOnlyAccessDatabase": _READ_ONLY,
    "Statement.AccessMode": (
        "the query changes the graph; graphs are only read here",
        "Ask with MATCH … RETURN, or change the database with Neo4j's own tools.",
    ),
    "Transaction.TransactionLogError": (
        "{uri} can not write to its disk, which may be full; what was loaded stays",
        "Make room there, start the server again, then run the command again.",
    ),
    "Transaction.TransactionTimedOut": _TOO_LONG,
    "Transaction.TransactionTimedOutClientConfiguration": _TOO_LONG,
    "General.MemoryPoolOutOfMemoryError": _NO_MEMORY,
    "General.TransactionOutOfMemoryError": _NO_MEMORY,
}


def _explained(error: Exception, settings: Neo4jSettings, query: str) -> KgbuildError:
    from neo4j.exceptions import Neo4jError, ServiceUnavailable

    text = without((getattr(error, "message", None) or str(error)).strip(), settings.password)
    names = {"uri": settings.uri, "user": settings.user, "database": settings.database or "neo4j", "text": text}
    code = getattr(error, "code", None) or ""
    key = ".".join(code.split(".")[2:])
    if key in _CODES:
        message, remedy = (part.format(**names) for part in _CODES[key])
        return RemoteError(message, remedy=remedy)
    if isinstance(error, ServiceUnavailable):
        return RemoteError(
            f"no Neo4j server answers at {settings.uri}: {text.splitlines()[0]}",
            remedy="Start it, or give its address as KGBUILD_NEO4J_URI, and run the command again.",
        )
    if query and isinstance(error, Neo4jError) and code.startswith("Neo.ClientError.Statement"):
        return InputError(text, file=query, remedy="See https://neo4j.com/docs/cypher-manual/5/.")
    return RemoteError(
        f"{settings.uri} failed: {text}" + (f" ({code})" if code else ""),
        remedy="See the server's log. What was loaded stays; run the command again.",
    )


@cache
def statements(name: str) -> tuple[LiteralString, ...]:
    """The statements of one file of `loaders/neo4j/`, without comments."""
    text = _COMMENT.sub("", asset(f"loaders/neo4j/{name}.cypher").read_text(encoding="utf-8"))
    return tuple(part.strip() for part in text.split(";") if part.strip())


def statement(name: str, **identifiers: str) -> LiteralString:
    """The one statement of a file; `NODE="Concept"` puts a label or type that kgbuild or its ontology names."""
    (text,) = statements(name)
    for placeholder, identifier in identifiers.items():
        text = re.sub(rf"(?<=[:_]){placeholder}\b", identifier, text)
    return text
