"""`kgbuild repair`."""

from __future__ import annotations

from kgbuild.cli import options
from kgbuild.cli.output import Bars, console, print_json


def repair(kg: options.Kg = options.DEFAULT_KG, as_json: options.Json = False) -> None:
    """Check every file of a graph against its checksum, and make again what is damaged or missing.

    It takes the settings of the last ingest. Sources are read again only where what was kept of their articles is
    damaged. `kgbuild ingest` does the same before it reads.

    \b
    Examples:
      kgbuild repair
      kgbuild repair --kg my-graph
    """
    from kgbuild.repair import repair as run

    with Bars() as bars:
        facts = run(kg, progress=bars)
    if as_json:
        print_json(facts)
    else:
        stored, statements = facts["documents"]["stored"], facts["statements"]
        console.print(f"{kg} is whole: {stored:,} articles, {statements:,} statements", highlight=False)
