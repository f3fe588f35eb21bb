"""The articles of a part that could not be annotated, kept aside until they can be.

A part with such articles is not finished: its annotations and links stand under names of their own, so that the
graph can be built without them, and the next run tries these articles again. One whose own fault it is in two runs is
settled: it stays a reject, unless most of the graph's articles fail, which no article is to blame for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from kgbuild.assemble.parts import Result, read_annotations, write_annotations
from kgbuild.assemble.workspace import Workspace, read_json
from kgbuild.errors import GraphError
from kgbuild.files import digest, remove, write_json
from kgbuild.model import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """One article that failed: why, in how many runs, whether it is its own fault, and whether that is settled."""

    pmid: str
    version: int
    cause: str
    own: bool
    runs: int = 1
    settled: bool = False


def read(workspace: Workspace, annotations: str) -> tuple[Failed, ...]:
    """The failures of the part whose finished annotations would have this key; none where the file is damaged.

    Without them the part counts as not annotated yet, and is annotated again.
    """
    path = _path(workspace, annotations)
    if not path.exists():
        return ()
    try:
        return tuple(Failed(**item) for item in read_json(path)["failed"])
    except (GraphError, KeyError, TypeError):
        return ()


def annotate_part(
    workspace: Workspace,
    keys: Callable[[Sequence[Failed]], tuple[str, str]],
    documents: Sequence[Document],
    annotate: Callable[[Sequence[Document]], list[Result]],
) -> None:
    """Annotate a documents part, or what is missing of it, and keep aside what fails.

    Args:
        workspace: the graph's folder.
        keys: the names of the part's annotations and links, if so much of it fails.
        documents: all of the part.
        annotate: the results for some documents, in their order.
    """
    finished = keys(())[0]
    if workspace.part("annotations", finished).exists():
        write(workspace, finished, ())
        return
    before = read(workspace, finished)
    former = workspace.part("annotations", keys(before)[0])
    settled = {(item.pmid, item.version) for item in before if item.settled}
    known = {}
    for result in read_annotations(former, documents) if former.exists() else ():
        document = result.annotated.document
        if not result.error or (document.id, document.version) in settled:
            known[document.id, document.version] = result
    fresh = iter(annotate([item for item in documents if (item.id, item.version) not in known]))
    results = [known.get((item.id, item.version)) or next(fresh) for item in documents]
    failed = _after(before, results)
    write_annotations(workspace.part("annotations", keys(failed)[0]), results)
    # From here on what has just been written is the part's; a kill before leaves what was.
    write(workspace, finished, failed)
    if keys(failed) != keys(before) and before:
        old, links = keys(before)
        for stage, name in (("annotations", old), ("mentions", links), ("evidence", links)):
            remove(workspace.part(stage, name))


def write(workspace: Workspace, annotations: str, failed: Sequence[Failed]) -> None:
    """Keep a part's failures; where there are none, it is finished."""
    path = _path(workspace, annotations)
    if failed:
        write_json(path, {"failed": [asdict(item) for item in failed]})
    else:
        remove(path)


def fingerprint(failed: Iterable[Failed]) -> str:
    """What a part lacks, as a part of its name; empty for a finished one."""
    texts = [f"{item.pmid} {item.version} {item.cause}" for item in failed]
    return digest(*texts) if texts else ""


def _after(before: Sequence[Failed], results: Iterable[Result]) -> tuple[Failed, ...]:
    """A part's failures once its articles have been tried again."""
    known = {(item.pmid, item.version): item for item in before}
    found = []
    for result in results:
        if result.error:
            document = result.annotated.document
            former = known.get((document.id, document.version))
            if former is not None and former.settled:
                found.append(former)
                continue
            # Only failures of one kind, one after the other, say that the article is the cause.
            runs = former.runs + 1 if former is not None and former.own == result.own else 1
            found.append(
                Failed(pmid=document.id, version=document.version, cause=result.error, own=result.own, runs=runs)
            )
    return tuple(found)


def settle(workspace: Workspace, failures: Mapping[str, Sequence[Failed]], articles: int) -> None:
    """Settle what is settled, by the failures of all of a graph's parts and its number of articles."""
    if 2 * sum(map(len, failures.values())) > articles:
        return
    for name, failed in failures.items():
        now = [replace(item, settled=item.settled or (item.own and item.runs > 1)) for item in failed]
        if now != list(failed):
            write(workspace, name, now)


def _path(workspace: Workspace, annotations: str) -> Path:
    return workspace.root / "parts" / "failures" / f"{annotations}.json"
