"""Runs the benchmarks of speed and memory; prints a Markdown table for each.

    python -m benchmarks                              all of them
    python -m benchmarks parsing rdf --repeats 9      some of them
    python -m benchmarks ingest --sizes 1000 100000   memory and speed at other sizes; 100,000 takes long

Quality is measured by `benchmarks.quality`, `rounding`, `stages`, `annotation`, `linking`, `linking_context`,
`biored` and `training_choices`, loading into Neo4j by `benchmarks.neo4j_loading`; `benchmarks.umls` writes the
generated release that `links` uses.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform

# Each with the repetitions that give steady medians in reasonable time.
MODULES = {"parsing": 7, "tagging": 7, "links": 3, "rdf": 5, "ingest": 3, "extraction": 3}
SIZES = (1_000, 10_000)


def main() -> None:
    """Run what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(MODULES))
    parser.add_argument("--repeats", type=int, help="repetitions of each side")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="articles, for `ingest`")
    options = parser.parse_args()
    unknown = set(options.names) - MODULES.keys()
    if unknown:
        parser.error(f"no benchmark named {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
    print(f"Python {platform.python_version()}, {platform.machine()}, {len(os.sched_getaffinity(0))} cores")
    for name in options.names or MODULES:
        module = importlib.import_module(f"benchmarks.{name}")
        more = {"sizes": options.sizes} if name == "ingest" else {}
        print(f"\n## {name}\n\n{module.report(options.repeats or MODULES[name], **more)}", flush=True)


if __name__ == "__main__":
    main()
