"""Measures extraction on `val`, end to end from raw text, with `kgbuild evaluate`.

    python -m benchmarks.quality                          the shipped model
    python -m benchmarks.quality --extractor dictionary   another backend, as for `kgbuild annotate`
    python -m benchmarks.quality -o DIR                   keep the gold file, the index and the predictions

First as the benchmark's annotators work: linked with an index of its names and annotated documents, its URIs, no
filled-in names. Then as a graph is made: linked with the terms that ship, names filled in; its concepts are spelled
otherwise, so that only entities and relations compare. `val` is in no index. The data is found through KGBUILD_SHARED
(default ../shared).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.gutbrainie import ANNOTATED, BENCHMARK, corpus
from kgbuild.config import DEFAULT_EXTRACTOR
from kgbuild.link.build import build_index


def kgbuild(*arguments: object) -> str:
    """Run a command and give back what it prints."""
    command = [sys.executable, "-m", "kgbuild", *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def measure(folder: Path, extractor: str) -> dict[str, dict[str, Any]]:
    """The report of `kgbuild evaluate` for each index."""
    val = {article.document.id for article in corpus().val}
    gold = folder / "val.json"
    articles = {pmid: article for path in ANNOTATED for pmid, article in json.loads(path.read_text()).items()}
    gold.write_text(json.dumps({pmid: articles[pmid] for pmid in sorted(val)}))
    names = folder / "names.sqlite"
    build_index([BENCHMARK / "uri_names.json", *ANNOTATED], names, exclude_documents=val)
    reports = {}
    benchmark = ("--only-terms", names, "--uris", "benchmark")
    for title, options in (("as the benchmark", benchmark), ("as a graph", ())):
        predictions = folder / f"{title.split()[-1]}.json"
        kgbuild("annotate", gold, "--to", "gutbrainie", "--extractor", extractor, "-o", predictions, *options)
        reports[title] = json.loads(kgbuild("evaluate", "--gold", gold, "--predictions", predictions, "--json"))
    return reports


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", type=Path, dest="folder")
    parser.add_argument("--extractor", default=DEFAULT_EXTRACTOR)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for title, report in measure(folder, options.extractor).items():
            print(f"\n{title}, {report['documents']['gold']} articles\n")
            print("| task | precision | recall | micro F1 | 95 % | macro F1 | strict F1 |\n" + "|---" * 7 + "|")
            for name, task in report["tasks"].items():
                micro, (low, high) = task["micro"], task["micro"]["f1_interval"]
                figures = " | ".join(f"{micro[part]:.3f}" for part in ("precision", "recall", "f1"))
                strict = task["strict"]["micro"]["f1"]
                print(f"| {name} | {figures} | {low:.3f}-{high:.3f} | {task['macro']['f1']:.3f} | {strict:.3f} |")


if __name__ == "__main__":
    main()
