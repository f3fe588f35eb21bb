"""Options that several commands share, each worded once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Kg = Annotated[Path, typer.Option("--kg", help="The graph's folder.", file_okay=False)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Terms = Annotated[
    Path | None,
    typer.Option("--terms", help="A term index made by `kgbuild terms build`; the starter lexicon by default."),
]
Extractor = Annotated[str | None, typer.Option("--extractor", help="What finds entities and relations: dictionary.")]
Config = Annotated[Path | None, typer.Option("--config", help="Settings in a TOML file.", dir_okay=False)]
Narrower = Annotated[
    bool, typer.Option("--include-narrower", help="Take concepts narrower than the one named as well.")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Where to write; standard output if left out.")]
DEFAULT_KG = Path("kg")
