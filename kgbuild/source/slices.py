"""Cutting a PubMed search that is too large into slices that are not: by entry date, then by PMID."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from kgbuild.errors import RemoteError

# Entry dates of old articles are their publication dates, so the range is wide on purpose.
EARLIEST, LATEST = date(1800, 1, 1), date(2100, 12, 31)
HIGHEST_PMID = 2**27 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of a search: all of it, some entry dates, or a PMID range within one day; ends are included."""

    first: date | None = None
    last: date | None = None
    low: int | None = None
    high: int | None = None

    @property
    def entered(self) -> tuple[date, date] | None:
        """The entry dates."""
        return (self.first, self.last) if self.first and self.last else None

    def term(self, query: str) -> str:
        """The query within the PMID range."""
        return query if self.low is None else f"({query}) AND {self.low}:{self.high}[uid]"

    def halves(self) -> tuple[Slice, Slice]:
        """Two slices that cover this one without overlap, the older first.

        Raises:
            RemoteError: it holds a single PMID of a single day.
        """
        if self.first is None or self.last is None:
            return replace(self, first=EARLIEST, last=LATEST).halves()
        if self.first < self.last:
            middle = self.first + (self.last - self.first) // 2
            return replace(self, last=middle), replace(self, first=middle + timedelta(days=1))
        if self.low is None or self.high is None:
            return replace(self, low=1, high=HIGHEST_PMID).halves()
        if self.low < self.high:
            centre = (self.low + self.high) // 2
            return replace(self, high=centre), replace(self, low=centre + 1)
        raise RemoteError(
            f"PubMed counts more records than it gives at once even for PMID {self.low} of {self.first}",
            remedy="Make the query narrower, or split it in two.",
        )
