"""Which records are of one article, which articles are of one work, and whose claims stand.

**One article.** Records with one PMID are of one article. A record that is known by another identifier is of the
article whose DOI or PMC identifier it shares.

**One work.** Articles that PubMed links as versions of each other (a preprint and its article, what was corrected or
retracted and republished, updated or reprinted, a summary for patients), or that share a DOI or a PMC identifier, are
one work, over any number of links; articles that are not in the graph join as well. So is a preprint with the article
of its title (`kgbuild.assemble.titles`). A DOI that more than five articles share names their collection. Notices are
of no work but their own.

**The latest speaks.** Of a work that article counts which is not followed by another one of the graph, is no
preprint, no summary, and is the latest by its date; where it has no abstract, the next one that has. Where the latest
is retracted, none counts.

**Standing.** The worst of what its own records say and of what the records of notices say of it. A record that a
newer one of PubMed has replaced says nothing. Retractions and concerns hold for all articles that share the DOI.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from kgbuild.assemble import sql
from kgbuild.assemble.titles import links_by_title
from kgbuild.identifiers import doi
from kgbuild.model import Standing
from kgbuild.source.standing import CONCERNS, PARTLY_RETRACTS, RETRACTS, SEVERITY, is_partial, link_kind

if TYPE_CHECKING:
    import duckdb

FOLLOWED_BY = frozenset(
    {
        *("updatein", "republishedin", "correctedandrepublishedin", "retractedandrepublishedin", "reprintin"),
        *("originalreportin", "ispreprintof", "preprintof"),
    }
)
"""Links from an article to what speaks in its place, as `kgbuild.source.standing.link_kind` writes them."""
FOLLOWS = frozenset(
    {
        *("updateof", "republishedfrom", "correctedandrepublishedfrom", "retractedandrepublishedfrom", "reprintof"),
        *("summaryforpatientsin", "haspreprint"),
    }
)
"""Links from an article to an earlier version, or to its summary."""
MOST_OF_ONE_DOI = 5
_KINDS = sorted(FOLLOWED_BY | FOLLOWS | RETRACTS | PARTLY_RETRACTS | CONCERNS)
_DOI_IN_TEXT = re.compile(r"\b10\.[0-9]{4,9}/[^\s,;\]]+")


class Groups:
    """Disjoint sets of identifiers that grow together."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def find(self, item: str) -> str:
        """The set's representative."""
        root = item
        while (above := self._above.get(root, root)) != root:
            root = above
        while item != root:
            self._above[item], item = root, self._above.get(item, item)
        return root

    def join(self, first: str, second: str) -> None:
        """Make the sets of two items one."""
        ends = sorted((self.find(first), self.find(second)))
        self._above[ends[1]] = ends[0]
        self._above.setdefault(ends[0], ends[0])

    def members(self) -> list[list[str]]:
        """All sets that were joined, sorted."""
        sets: dict[str, list[str]] = defaultdict(list)
        for item in sorted(self._above):
            sets[self.find(item)].append(item)
        return list(sets.values())


@dataclass(frozen=True, slots=True)
class Link:
    """What one article says of another: the kind is in small letters; `partial` where the words say so."""

    source: str
    kind: str
    target: str
    partial: bool = False


@dataclass(slots=True)
class Member:
    """An article that may be of a work with others."""

    pmid: str
    standing: Standing
    abstract: bool
    preprint: bool
    date: tuple[int, int, int]
    followed: bool = field(default=False)


def choose(connection: duckdb.DuckDBPyConnection, documents: Sequence[str]) -> None:
    """Make the table `live`: of every article the record that counts, its final standing and its work."""
    connection.execute(sql.RECORDS, {"documents": documents, "kinds": _KINDS})
    same = _identify(connection)
    connection.execute(sql.LIVE)
    links = _links(connection, same)
    links += [Link(*found) for found in links_by_title(connection, documents)]
    _set(connection, "standing", _standings(connection, links, same))
    _set(connection, "work", _works(connection, links, same))


class _Same:
    """Which identifiers are of one article; `known` is how it is called."""

    def __init__(self, groups: Groups) -> None:
        self.known: dict[str, str] = {}
        self.sets: list[list[str]] = []
        for members in groups.members():
            called = min(filter(_is_pmid, members), key=int, default=members[0])
            self.known.update({member: called for member in members if not _is_pmid(member)})
            if len(articles := sorted({self.known.get(member, member) for member in members})) > 1:
                self.sets.append(articles)


def _identify(connection: duckdb.DuckDBPyConnection) -> _Same:
    """Join identifiers that share a DOI or a PMC identifier; `identity` says what those without PMID stand for."""
    groups = Groups()
    for (identifiers,) in connection.execute(sql.SHARED).fetchall():
        if sum(map(_is_pmid, identifiers)) <= MOST_OF_ONE_DOI:
            for other in identifiers[1:]:
                groups.join(identifiers[0], other)
    same = _Same(groups)
    _register(connection, "identity", {"pmid": list(same.known), "known": list(same.known.values())})
    return same


def _standings(connection: duckdb.DuckDBPyConnection, links: Iterable[Link], same: _Same) -> dict[str, str]:
    """The standing of each article of which any record says that it does not wholly stand."""
    found: dict[str, Standing] = {}

    def tell(key: str, standing: Standing) -> None:
        found[key] = max(found.get(key, "sound"), standing, key=SEVERITY.index)

    for key, standing in connection.execute(sql.TOLD).fetchall():
        tell(key, standing)
    for link in links:
        if link.kind in RETRACTS:
            tell(link.target, "partly retracted" if link.partial else "retracted")
        elif link.kind in PARTLY_RETRACTS:
            tell(link.target, "partly retracted")
        elif link.kind in CONCERNS:
            tell(link.target, "concern")
    republished = {link.source for link in links if link.kind in FOLLOWED_BY | FOLLOWS}
    for articles in same.sets:
        # What was retracted and republished under its old DOI is not retracted any more.
        if not republished & set(articles) and (told := [found[key] for key in articles if key in found]):
            for key in articles:
                tell(key, max(told, key=SEVERITY.index))
    return dict(found)


def _works(connection: duckdb.DuckDBPyConnection, links: Iterable[Link], same: _Same) -> dict[str, str]:
    """The work of each article that has other versions: the identifier of the one that counts."""
    notices = {row[0] for row in connection.execute("SELECT key FROM live WHERE standing = 'notice'").fetchall()}
    groups = Groups()
    for articles in same.sets:
        first, *others = [key for key in articles if key not in notices] or articles
        for other in others:
            groups.join(first, other)
    order: set[tuple[str, str]] = set()
    for link in links:
        pair = (link.source, link.target) if link.kind in FOLLOWED_BY else (link.target, link.source)
        if link.kind in FOLLOWED_BY | FOLLOWS and pair[0] != pair[1] and not notices & set(pair):
            order.add(pair)
            groups.join(*pair)
    sets = groups.members()
    found = connection.execute(sql.MEMBERS, {"keys": [key for keys in sets for key in keys]}).fetchall()
    members = {
        key: Member(pmid, standing, abstract, preprint, (year or 0, month or 1, day or 1))
        for key, pmid, standing, abstract, preprint, year, month, day in found
    }
    for earlier, later in order:
        if earlier in members and later in members:
            members[earlier].followed = True
    works = {}
    for keys in sets:
        present = [members[key] for key in keys if key in members]
        if len(present) > 1:
            work = _speaker(present)
            works.update({key: work for key in keys if key in members})
    return works


def _speaker(members: list[Member]) -> str:
    latest = max(members, key=_lateness)
    if latest.abstract or latest.standing == "retracted":
        return latest.pmid
    readable = [member for member in members if member.abstract and member.standing != "retracted"]
    return max(readable or [latest], key=_lateness).pmid


def _lateness(member: Member) -> tuple[bool, bool, tuple[int, int, int], int, str]:
    number = int(member.pmid) if _is_pmid(member.pmid) else 0
    return not member.followed, not member.preprint, member.date, number, member.pmid


def _links(connection: duckdb.DuckDBPyConnection, same: _Same) -> list[Link]:
    rows = connection.execute(sql.LINKS).fetchall()
    dois = {doi(target) or _doi_in(text) for _, _, target, text, _ in rows if not _is_pmid(target)}
    by_doi = dict(connection.execute(sql.BY_DOI, {"dois": sorted(filter(None, dois))}).fetchall())
    links = []
    for source, kind, target, text, title in rows:
        named = target or _doi_in(text)
        other = by_doi.get(named, same.known.get(named, named))
        if other:
            links.append(Link(source, link_kind(kind), other, is_partial(f"{text} {title}")))
    return links


def _doi_in(text: str) -> str:
    found = _DOI_IN_TEXT.search(text)
    return doi(found[0].rstrip(").")) if found else ""


def _is_pmid(identifier: str) -> bool:
    return identifier.isascii() and identifier.isdigit()


def _set(connection: duckdb.DuckDBPyConnection, column: str, values: Mapping[str, str]) -> None:
    _register(connection, f"new_{column}", {"key": list(values), "value": list(values.values())})
    condition = " AND live.standing <> 'notice'" if column == "standing" else ""
    connection.execute(
        f"UPDATE live SET {column} = n.value FROM new_{column} AS n WHERE n.key = live.key{condition}"  # noqa: S608
    )


def _register(connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, list[str]]) -> None:
    connection.register("incoming", pa.table(columns, schema=pa.schema([(key, pa.string()) for key in columns])))
    connection.execute(f"CREATE TABLE {name} AS FROM incoming")
    connection.unregister("incoming")
