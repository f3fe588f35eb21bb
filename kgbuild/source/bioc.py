"""BioC XML and JSON, parsed by the `bioc` library: titles and abstracts with their annotations and relations.

Offsets count characters from the start of the document, as PubTator's and kgbuild's BioC files have it. Several
abstract passages are joined by one space; a passage of type `abstract_title…` labels those that follow it.
A relation whose nodes are annotations is read as it is; one that names identifiers (BC5CDR, BioRED, PubTator)
is read onto the closest pair of their mentions. What has no place in the model or does not fit is left out,
counted, and reported once at the end of the file: other passages, annotations of several pieces or whose offsets
do not give back their text, relations of other than two ends. It costs itself alone, never its article.

Source of the format: Comeau et al., BioC, Database 2013, bat064.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kgbuild.model import Annotated, Reject
from kgbuild.source.annotated import READ_ERRORS, checked, damaged, head, open_bytes
from kgbuild.source.bioc_parts import Skipped, completed, mended
from kgbuild.source.bioc_record import record_parts
from kgbuild.source.json_stream import members

if TYPE_CHECKING:
    from bioc import BioCDocument

_RECORD_ERRORS = (KeyError, ValueError, TypeError, AttributeError, AssertionError, IndexError, OverflowError)
_JSON_ARRAYS = frozenset({"documents", "PubTator3"})


def read_bioc(path: Path) -> Iterator[Annotated | Reject]:
    """The articles of a BioC file, XML or JSON (`.gz` too), streamed.

    XML entities are not expanded, and a file that declares some is refused; nothing is fetched. Where no
    annotation has an identifier, there are no links; else there is one for each mention.

    Raises:
        InputError: the file can not be opened.
    """
    import ijson
    from lxml import etree

    place, count = "start of file", 0
    skipped = Skipped()
    with open_bytes(path) as stream:
        documents = _json_documents if head(path).lstrip()[:1] in (b"{", b"[") else _xml_documents
        try:
            for item in documents(stream, skipped):
                count += 1
                record = _record(path, item, count, skipped)
                place = f"after {record.record if isinstance(record, Reject) else f'PMID {record.document.id}'}"
                yield record
        except (*READ_ERRORS, ijson.JSONError, etree.LxmlError, ValueError) as error:
            yield damaged(path, place, error)
            count += 1
    if not count:
        remedy = "Give a BioC collection with documents."
        yield Reject(file=str(path), record="whole file", cause="no BioC document in it", remedy=remedy)
    if skipped:
        remedy = "kgbuild reads titles and abstracts, annotations of one piece, and relations of two ends."
        yield Reject(file=str(path), record="parts of the file", cause=f"not read: {skipped}", remedy=remedy)


def _record(path: Path, item: BioCDocument | Exception, count: int, skipped: Skipped) -> Annotated | Reject:
    name = f"document {count}"
    try:
        if isinstance(item, Exception):
            raise item
        if not item.id:
            raise ValueError("it has no id")
        name = f"PMID {item.id}"
        document, mentions, relations, links = record_parts(item, skipped)
    except _RECORD_ERRORS as error:
        cause = f"no {error}" if isinstance(error, KeyError) else str(error) or type(error).__name__
        remedy = "Correct the document, or leave it out."
        return Reject(file=str(path), record=name, cause=cause[:500], remedy=remedy)
    return checked(path, name, document, mentions, relations, links)


def _xml_documents(stream: BinaryIO, skipped: Skipped) -> Iterator[BioCDocument | Exception]:
    """Each `document` element alone goes to the library, whose own parser would expand entities."""
    from bioc import biocxml
    from lxml import etree

    events = etree.iterparse(
        stream, events=("start", "end"), tag=("collection", "document"), resolve_entities=False, load_dtd=False,
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    for event, element in events:
        if event == "start":
            declared = element.getroottree().docinfo.internalDTD
            if declared is not None and declared.entities():
                raise ValueError("it declares XML entities, which are never expanded")
        elif element.tag == "document":
            mended(element, skipped)
            text = etree.tostring(element, encoding="unicode", with_tail=False)
            try:
                yield from biocxml.loads(f"<collection>{text}</collection>").documents
            except (*_RECORD_ERRORS, etree.LxmlError) as error:
                yield error if isinstance(error, _RECORD_ERRORS) else ValueError(str(error))
            parent = element.getparent()
            element.clear()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def _json_documents(stream: BinaryIO, skipped: Skipped) -> Iterator[BioCDocument | Exception]:
    from bioc.biocjson.decoder import parse_doc

    for key, item in members(stream, _JSON_ARRAYS):
        if key in _JSON_ARRAYS:
            try:
                yield parse_doc(completed(item, skipped))
            except _RECORD_ERRORS as error:
                yield error
