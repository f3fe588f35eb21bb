"""A release: a graph as a folder that can be archived, cited, checked, and compared with an earlier one.

Equal graphs give equal files. What may differ are the release's date and version, which stand in `CITATION.cff`,
`ro-crate-metadata.json` and `manifest.json` alone, and `sbom.cdx.json`, which lists the packages installed; `content`
in the manifest is one checksum of the graph's files.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from kgbuild.components import bill_of_materials
from kgbuild.errors import GraphError, InputError
from kgbuild.files import digest, file_digest, replacing
from kgbuild.load.changes import Changes, write_changes
from kgbuild.load.release_about import ABOUT, Citation, citation_cff, read_me, ro_crate
from kgbuild.load.scan import Scan
from kgbuild.load.statistics import statistics
from kgbuild.namespaces import to_curie
from kgbuild.parquet import parquet_writer
from kgbuild.resources import asset
from kgbuild.schema import graph_schema, write_schema
from kgbuild.tables import TABLES

if TYPE_CHECKING:
    from kgbuild.load.rdf import RunInfo

MANIFEST = "manifest.json"
_STATEMENTS = "tables/statements.parquet"
_TIMED = ("CITATION.cff", "ro-crate-metadata.json")
_ROWS = 50_000
_MOST_VIOLATIONS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseReport:
    """What was written; `conforms` and `changes` are None where that was not asked for."""

    folder: Path
    files: int
    content: str
    conforms: bool | None
    changes: Changes | None


def write_release(
    tables: Path,
    folder: Path,
    *,
    run: RunInfo,
    previous: Path | None = None,
    citation: Citation | None = None,
    released: date | None = None,
    check: bool = True,
) -> ReleaseReport:
    """Write a release into a new folder.

    Args:
        tables: a finished graph's tables; a store in `rdf/` beside them is checked against the shapes.
        folder: must not exist; it appears when all is written.
        run: the run that the graph comes from.
        previous: an earlier release, or the folder of an earlier graph's tables, to compare with.
        citation: title, authors, version and licence; stated defaults if left out.
        released: the date of the release; today if left out.
        check: whether to check the graph against the SHACL shapes.

    Raises:
        InputError: the folder exists already.
        GraphError: a table is missing or damaged, or the earlier release is none or was altered.
    """
    from kgbuild.load.exports.kgx import write_kgx
    from kgbuild.load.exports.sssom import write_sssom
    from kgbuild.load.nquads import write_nquads

    if folder.exists():
        raise InputError("exists already", file=str(folder), remedy="Name a new folder for the release.")
    day = released or date.today()
    about = citation or Citation()
    about = about if about.version else replace(about, version=f"{day:%Y.%m.%d}")
    earlier = _earlier(previous) if previous else None
    conforms, changes = None, None
    with replacing(folder, through=True) as fresh:
        (fresh / "tables").mkdir(parents=True)
        for name in TABLES:
            copy_table(tables / f"{name}.parquet", fresh / "tables" / f"{name}.parquet")
        own = write_schema(graph_schema(tables), fresh / "tables")
        with (
            (fresh / "graph.nq.gz").open("wb") as file,
            # Without a name and a time in its header, equal graphs give equal files.
            gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as stream,
        ):
            write_nquads(tables, cast(BinaryIO, stream), run=run, reproducible=True)
        write_kgx(tables, fresh / "kgx")
        with (fresh / "links.sssom.tsv").open("wb") as file:
            licence = {"license_iri": f"https://spdx.org/licenses/{about.license}"} if about.license else {}
            write_sssom(tables, file, **licence)
        _json(fresh / "statistics.json", statistics(tables))
        _text(fresh / "licences.tsv", _licences(tables))
        content = digest(*(f"{item['path']} {item['sha256']}" for item in _files(fresh)), length=64)
        _json(fresh / "sbom.cdx.json", bill_of_materials())
        if check:
            conforms = _validate(tables, fresh / "shacl.json", run)
        if earlier:
            changes = write_changes(earlier.statements, tables / "statements.parquet", fresh / "changes.tsv")
            _json(fresh / "changes.json", {"previous": earlier.about, **asdict(changes)})
        _text(fresh / "README.md", read_me(about, compared=earlier is not None, checked=check, own_ontology=own))
        _text(fresh / "CITATION.cff", citation_cff(about, day, content))
        _json(fresh / "ro-crate-metadata.json", ro_crate(about, day, _files(fresh)))
        files = _files(fresh)
        manifest = {
            "title": about.title,
            "version": about.version,
            "released": day.isoformat(),
            "content": content,
            "with_times": [*_TIMED, MANIFEST],
            "kgbuild": run.code_version,
            "run": {"id": run.id, "fingerprint": run.fingerprint, "configuration": json.loads(run.configuration)},
            "files": files,
        }
        _json(fresh / MANIFEST, manifest)
    return ReleaseReport(folder=folder, files=len(files) + 1, content=content, conforms=conforms, changes=changes)


def verify_release(folder: Path) -> list[str]:
    """What is wrong with a release's files: missing, altered, or not in the manifest; empty where all is well.

    Raises:
        GraphError: the folder holds no release.
    """
    listed = {item["path"]: item["sha256"] for item in _manifest(folder)["files"]}
    found = {item["path"]: item["sha256"] for item in _files(folder) if item["path"] != MANIFEST}
    return (
        [f"{path} is missing" for path in sorted(listed.keys() - found.keys())]
        + [f"{path} is not in the manifest" for path in sorted(found.keys() - listed.keys())]
        + [f"{path} was altered" for path in sorted(listed.keys() & found.keys()) if listed[path] != found[path]]
    )


def copy_table(source: Path, target: Path) -> None:
    """Copy a Parquet file with row groups of one size, so that equal rows give equal bytes.

    Raises:
        GraphError: the source is missing or damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(source)
        with parquet_writer(target, file.schema_arrow) as writer:
            for batch in file.iter_batches(_ROWS):
                writer.write_table(pa.Table.from_batches([batch]), row_group_size=_ROWS)
    except (FileNotFoundError, pa.ArrowInvalid) as error:
        raise GraphError(
            f"{source} is not a table: {error}", remedy="Build the graph again with kgbuild ingest."
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Earlier:
    statements: Path
    about: dict[str, str]


def _earlier(previous: Path) -> _Earlier:
    """The statements of an earlier release, checked; or of a folder of tables."""
    if not (previous / MANIFEST).exists() and (previous / "statements.parquet").exists():
        return _Earlier(statements=previous / "statements.parquet", about={})
    manifest = _manifest(previous)
    listed = {item["path"]: item["sha256"] for item in manifest["files"]}
    path = previous / _STATEMENTS
    if not path.is_file() or file_digest(path) != listed.get(_STATEMENTS):
        raise GraphError(f"{path} is missing or was altered", remedy="Give the release as it was published.")
    return _Earlier(statements=path, about={name: manifest[name] for name in ("title", "version", "content")})


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        value: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        [(item["path"], item["sha256"]) for item in value["files"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GraphError(f"{folder} holds no release: {error}", remedy="Give a release's folder.") from error
    return value


def _files(folder: Path) -> list[dict[str, Any]]:
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return [
        {
            "path": path,
            "bytes": (folder / path).stat().st_size,
            "sha256": file_digest(folder / path),
            "about": ABOUT.get(path, ("", ""))[0],
        }
        for path in paths
    ]


def _licences(tables: Path) -> str:
    """For each vocabulary that gives concepts to the graph: how many, the licence and the source."""
    canonical: Counter[str] = Counter()
    others: Counter[str] = Counter()
    with Scan(tables) as scan:
        for rows in scan.rows("SELECT uri, equivalents FROM concepts"):
            for uri, equivalents in rows:
                canonical[_prefix(uri)] += 1
                others.update(_prefix(other) for other in equivalents)
    with asset("mappings/vocabularies.tsv").open(encoding="utf-8", newline="") as stream:
        known = {row["prefix"]: row for row in csv.DictReader(stream, delimiter="\t")}
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(("prefix", "concepts", "equivalents", "licence", "source"))
    for prefix in sorted({*canonical, *others}):
        row = known.get(prefix, {"licence": "not recorded: ask its publisher", "source": ""})
        writer.writerow((prefix, canonical[prefix], others[prefix], row["licence"], row["source"]))
    return text.getvalue()


def _prefix(uri: str) -> str:
    return (to_curie(uri) or "other").partition(":")[0]


def _validate(tables: Path, target: Path, run: RunInfo) -> bool:
    from kgbuild.load.oxigraph import build_store, open_store
    from kgbuild.load.validate import validate

    with TemporaryDirectory(dir=target.parent) as scratch:
        path = tables / "rdf"
        if not path.is_dir():
            path = build_store(tables, Path(scratch) / "rdf", run).path
        report = validate(open_store(path), schema=graph_schema(tables), most=_MOST_VIOLATIONS)
    _json(target, asdict(report))
    return report.conforms


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _json(path: Path, value: object) -> None:
    _text(path, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
