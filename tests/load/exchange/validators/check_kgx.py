"""Reads KGX with the `kgx` package and writes as JSON what it read, its validator's errors, and bmt's on domains.

    python check_kgx.py FOLDER tsv|jsonl RESULT

The Biolink Model comes from the package `biolink-model`, so that nothing is fetched.
"""

import json
import sys
from pathlib import Path

import biolink_model
import bmt
import yaml

folder, form, result = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
schema = Path(next(iter(biolink_model.__path__))) / "schema" / "biolink_model.yaml"
model = yaml.safe_load(schema.read_text())
toolkit = bmt.Toolkit(schema=str(schema), predicate_map={"predicate mappings": []})
bmt.Toolkit = lambda *_args, **_kwargs: toolkit

import kgx.config  # noqa: E402 - it takes bmt's toolkit when it is imported

kgx.config.get_config()
prefixes = {prefix for c in model["classes"].values() for prefix in c.get("id_prefixes", [])} | {*model["prefixes"]}
kgx.config.jsonld_context_map["biolink"] = {prefix: f"https://example.org/{prefix}/" for prefix in prefixes}

from kgx.transformer import Transformer  # noqa: E402
from kgx.utils.kgx_utils import GraphEntityType  # noqa: E402
from kgx.validator import Validator  # noqa: E402

nodes: dict[str, dict] = {}
edges: list[dict] = []
validator = Validator()


def inspect(kind: GraphEntityType, record: list) -> None:
    """Keep and check a record. Streamed, since KGX's graph in memory joins edges that differ in qualifiers alone."""
    if kind == GraphEntityType.NODE:
        nodes[record[0]] = record[-1]
    else:
        edges.append(record[-1])
    validator(kind, record)


files = [str(folder / f"{name}.{form}") for name in ("nodes", "edges")]
Transformer(stream=True).transform({"filename": files, "format": form}, {"format": "null"}, inspector=inspect)


def enumerated(name: str) -> set[str]:
    return set(model["enums"][name]["permissible_values"])


ENUMS = {
    "object_direction_qualifier": enumerated("DirectionQualifierEnum"),
    "object_aspect_qualifier": enumerated("GeneOrGeneProductOrChemicalEntityAspectEnum"),
    "knowledge_level": enumerated("KnowledgeLevelEnum"),
    "agent_type": enumerated("AgentTypeEnum"),
}
wrong = []
for edge in edges:
    if not toolkit.is_predicate(edge["predicate"]):
        wrong.append([edge["id"], "predicate", edge["predicate"]])
        continue
    wrong += [
        [edge["id"], slot, edge[slot]] for slot, values in ENUMS.items() if slot in edge and edge[slot] not in values
    ]
    for end, side in (("subject", "domain"), ("object", "range")):
        wanted = getattr(toolkit.get_element(edge["predicate"]), side)
        kinds = {kind for c in nodes[edge[end]]["category"] for kind in toolkit.get_ancestors(c, mixin=True)}
        if wanted and wanted not in kinds:
            wrong.append([edge["id"], side, wanted])
known = {slot.replace(" ", "_") for slot in model["slots"]}
result.write_text(
    json.dumps(
        {
            "nodes": list(nodes.values()),
            "edges": edges,
            "errors": validator.get_errors(),
            "wrong": wrong,
            "unknown_slots": sorted({name for item in (*nodes.values(), *edges) for name in item} - known),
        },
        default=list,
    )
)
