"""Settings of a build: from options, a TOML file (`--config`), or the defaults, in this order."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kgbuild.errors import ConfigurationError, InputError

Share = Annotated[float, Field(ge=0, le=1)]
DEFAULT_EXTRACTOR = "onnx"


class Settings(BaseModel):
    """What a user may set. Names in the TOML file are the same."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    extractor: str = DEFAULT_EXTRACTOR
    """What finds entities and relations, as `kgbuild.annotate.backends.parse` reads it."""
    min_entity_score: Share = 0.0
    """Least score of a mention; one below it is dropped, and with it its relations."""
    min_score: Share = 0.0
    """Least score of a relation, where it is above the extractor's own."""
    device: str = Field(default="auto", pattern=r"^(auto|cpu|cuda(:\d+)?)$")
    """Where `torch` computes; `auto` takes a GPU where there is one."""
    bf16: bool = False
    """Whether `torch` computes in bfloat16."""
    threads: Annotated[int, Field(ge=1, le=1024)] | None = None
    """Threads of a trained model in each process; by default the cores divided by the processes."""
    batch_tokens: Annotated[int, Field(ge=1, le=1 << 24)] = 2048
    """Subwords that a trained model reads at once, padding included."""
    ontology: Path | None = None
    """Labels, predicates and legal pairs: a Turtle file, or one that ships ("biored"); by default "gutbrain"."""
    terms: tuple[Path, ...] = ()
    """Term indexes and vocabularies that are joined with the terms that ship, in this order after them."""
    only_terms: tuple[Path, ...] = ()
    """Term indexes and vocabularies to use instead, in this order; `shipped` stands for the terms that ship."""
    uris: Literal["canonical", "benchmark"] = "canonical"
    """How mentions are linked: to a graph's concepts, or as annotators do, with URIs as the index spells them."""
    fill: bool = True
    """Whether names of the classes of `mappings/filled.tsv` fill in where a trained model finds nothing."""
    link: Literal["names", "alike", "dense"] = "names"
    """What a mention gets where no name is the same: nothing, the concept of an alike name, or alike in meaning."""
    link_encoder: str = ""
    """The sentence encoder of `dense`, as `kgbuild.link.encoders.open_encoder` finds it; by default what ships."""
    link_threshold: Share | None = None
    """Least score of a link; by default the linker's own."""
    linked_only: bool = False
    """Whether names without a concept are left out of the graph, and the relations that they stand in."""
    direct_threshold: Share = 0.5
    """Least belief of a statement that the graph shows as a direct triple."""
    part_size: Annotated[int, Field(ge=1, le=10_000)] = 100
    """Articles in one part."""
    workers: Annotated[int, Field(ge=1, le=256)] | None = None
    """Processes that annotate and link; by default one a core, and one where a model computes on a GPU."""
    memory: str = Field(default="500MB", pattern=r"^\d+ ?[KMGT]i?B$")
    """Memory for assembling; beyond it, work spills to disk."""

    @property
    def fills(self) -> bool:
        """Whether names fill in: never where output is compared with annotators'."""
        return self.fill and self.uris == "canonical"

    def portable(self) -> dict[str, Any]:
        """The settings as JSON values, with paths that hold in any folder."""

        def path(given: Path) -> str:
            shipped = given == Path("shipped") and not given.exists()
            return str(given if shipped else given.absolute())

        paths = {
            "terms": [path(given) for given in self.terms],
            "only_terms": [path(given) for given in self.only_terms],
            "ontology": path(self.ontology) if self.ontology else None,
        }
        return self.model_dump(mode="json") | paths

    def threads_each(self, processes: int) -> int:
        """Threads of each of so many processes."""
        return self.threads or max(1, cores() // processes)


def load_settings(path: Path | None = None, **options: object) -> Settings:
    """Read settings; options that are None are not set.

    Raises:
        InputError: the file can not be read or is not TOML.
        ConfigurationError: a setting is unknown or out of range.
    """
    values: dict[str, object] = {}
    if path is not None:
        try:
            values.update(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise InputError(str(error), file=str(path), remedy="Give a TOML file.") from error
        for name in ("terms", "only_terms"):
            given = values.get(name, [])
            listed = [given] if isinstance(given, str) else given
            if isinstance(listed, list):
                values[name] = [text if text == "shipped" else path.parent / str(text) for text in listed]
    values.update({name: value for name, value in options.items() if value is not None})
    if isinstance(values.get("ontology"), str | Path):
        values["ontology"] = _ontology(
            Path(str(values["ontology"])), path if options.get("ontology") is None else None
        )
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        faults = [f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        raise ConfigurationError(
            "; ".join(faults), remedy=f"Settings are: {', '.join(Settings.model_fields)}."
        ) from None


def _ontology(name: Path, config: Path | None) -> Path:
    # Imported here, since the command line reads settings before it needs an RDF library.
    from kgbuild.schema import find_ontology

    return find_ontology(name, config.parent if config else Path())


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
