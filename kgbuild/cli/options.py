"""Options that several commands share, each worded once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Kg = Annotated[Path, typer.Option("--kg", help="The graph's folder.", file_okay=False)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Terms = Annotated[
    list[Path] | None,
    typer.Option(
        "--terms",
        help="A vocabulary, or a term index made by `kgbuild terms build`, to join with the terms that ship, which "
        "come first; repeatable.",
        show_default=False,
    ),
]
OnlyTerms = Annotated[
    list[Path] | None,
    typer.Option(
        "--only-terms",
        help="The same, instead of the terms that ship; repeatable, the first comes first, and `shipped` names those "
        "that ship.",
        show_default=False,
    ),
]
Uris = Annotated[
    str | None,
    typer.Option(
        "--uris",
        help="canonical: link to a graph's concepts; benchmark: as annotators would, URIs as the index spells them.",
        show_default=False,
    ),
]
Fill = Annotated[
    bool | None,
    typer.Option(
        "--fill/--no-fill",
        help="Let names of topics that models leave out (diets, transplantations, nerves) fill in; on by default.",
        show_default=False,
    ),
]
Ontology = Annotated[
    Path | None,
    typer.Option(
        "--ontology", help="Labels, predicates and legal pairs: a Turtle file, or one that ships (gutbrain, biored)."
    ),
]
Extractor = Annotated[
    str | None,
    typer.Option(
        "--extractor",
        help="What finds entities and relations: dictionary, onnx or torch (a trained model, as onnx:NAME or "
        "onnx:FOLDER), or an ensemble such as union(dictionary,onnx).",
    ),
]
MinScore = Annotated[
    float | None, typer.Option("--min-score", min=0, max=1, help="Least score of a relation.", show_default=False)
]
MinEntityScore = Annotated[
    float | None,
    typer.Option("--min-entity-score", min=0, max=1, help="Least score of an entity.", show_default=False),
]
Device = Annotated[
    str | None, typer.Option("--device", help="Where torch computes: auto, cpu, cuda or cuda:N.", show_default=False)
]
Bf16 = Annotated[bool | None, typer.Option("--bf16/--no-bf16", help="Let torch compute in bfloat16.")]
Threads = Annotated[int | None, typer.Option("--threads", min=1, help="Threads of a trained model in each process.")]
BatchTokens = Annotated[
    int | None, typer.Option("--batch-tokens", min=1, help="Subwords that a trained model reads at once.")
]
LinkedOnly = Annotated[
    bool | None,
    typer.Option(
        "--linked-only/--names-too", help="Leave names without a concept out of the graph.", show_default=False
    ),
]
Link = Annotated[
    str | None,
    typer.Option(
        "--link",
        help="Where no name is the same: names (no concept), alike (that of an alike name) or dense (by meaning).",
        show_default=False,
    ),
]
LinkEncoder = Annotated[
    str | None,
    typer.Option(
        "--link-encoder",
        help="The encoder of --link dense: a model's name, folder or Hugging Face id; by default what ships.",
        show_default=False,
    ),
]
Config = Annotated[Path | None, typer.Option("--config", help="Settings in a TOML file.", dir_okay=False)]
Raw = Annotated[
    bool,
    typer.Option(
        "--raw",
        help="In CSV, write texts as they are. Else those that a spreadsheet would take for a formula (they begin "
        "with =, +, -, @, tab or return) get a ' before them; numbers stay numbers.",
    ),
]
Narrower = Annotated[
    bool, typer.Option("--include-narrower", help="Take concepts narrower than the one named as well.")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Where to write; standard output if left out.")]
DEFAULT_KG = Path("kg")
