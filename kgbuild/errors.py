"""Every error that kgbuild raises on purpose.

::

    KgbuildError            exit code 1; message, and a remedy where there is one
    ├── InputError          2  a file, record or argument that can not be read; names file and record
    │   └── QuerySyntaxError   a query that is broken or not supported; carries the position
    ├── ConfigurationError  3  settings that contradict each other or the graph that stands on disk
    ├── RemoteError         4  a server that did not answer as it should
    ├── GraphError          5  a graph that is missing, damaged or does not conform to its shapes
    └── AmbiguousError      6  a name that may mean several concepts; the message lists them

No message shows a password or key that stands in an address.
"""

import re

_USER = re.compile(r"""(?<=://)(?:[^\s/?#'"<>]*|[^\s/?#:@'"<>]+:[^\s'"<>]*)@""")
_KEY = re.compile(
    r"""([?&;][\w.-]*(?:key|token|passw(?:or)?d|pwd|secret|signature|sig|credential|auth)[\w-]*=)[^\s&;#'"<>]+""",
    re.IGNORECASE,
)


def masked(text: str) -> str:
    """A text without the users, passwords and keys of addresses in it.

    >>> masked("http://ada:s3cret@example.org/x?api_key=123 is not there")
    'http://…@example.org/x?api_key=… is not there'
    """
    return _KEY.sub(r"\1…", _USER.sub("…@", text)) if "://" in text else text


class KgbuildError(Exception):
    """The base of all; `remedy` says what the user can do."""

    exit_code = 1

    def __init__(self, message: str, *, remedy: str = "") -> None:
        self.message = masked(message)
        self.remedy = masked(remedy)
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class InputError(KgbuildError):
    """A file, record or argument that can not be read."""

    exit_code = 2

    def __init__(self, cause: str, *, file: str = "", record: str = "", remedy: str = "") -> None:
        place = ", ".join(part for part in (file, record) if part)
        super().__init__(f"{place}: {cause}" if place else cause, remedy=remedy)
        self.cause = masked(cause)
        self.file = file
        self.record = record


class QuerySyntaxError(InputError):
    """A search query that is broken or asks for what is not supported."""

    def __init__(self, cause: str, *, query: str, position: int, remedy: str = "") -> None:
        """`position` counts characters of `query` from 0."""
        super().__init__(f"{cause} at character {position + 1}\n  {query}\n  {' ' * position}^", remedy=remedy)
        self.query = query
        self.position = position


class ConfigurationError(KgbuildError):
    """Settings that contradict each other, or the graph that stands on disk."""

    exit_code = 3


class RemoteError(KgbuildError):
    """A server that did not answer as it should."""

    exit_code = 4


class GraphError(KgbuildError):
    """A graph that is missing, damaged, or does not conform to its shapes."""

    exit_code = 5


class AmbiguousError(KgbuildError):
    """A name that may mean several concepts of a graph."""

    exit_code = 6
