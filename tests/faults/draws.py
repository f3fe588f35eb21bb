"""Draws faults at random over every stage of kgbuild, and tells what came of each.

Run as `python -m tests.faults.draws FOLDER SEED FIRST NUMBER [KIND [STAGE]]`; prints one line of JSON for each draw.
The same seed and number make the same draw; a kind of fault and a stage may be given instead of drawn. All that is
touched lies in FOLDER; mounts are this process's own.
"""

from __future__ import annotations

import json
import os
import random
import re
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.children import READ_ONLY, REMOUNT, Ended, Fault, mount, own_mounts, serve_pubmed, start, unmount

TERMS = """\
curie\tname\tlabel
CHEBI:30089\tbutyrate\tchemical
MONDO:0002050\tdepression\tDDF
MONDO:0005180\tParkinson disease\tDDF
NCBITaxon:1598\tLactobacillus reuteri\tbacteria
UBERON:0001155\tcolon\tanatomical location
"""
SENTENCES = (
    "Butyrate reduced depression in mice.",
    "Lactobacillus reuteri raised butyrate in the colon; no effect on depression was seen.",
    "Parkinson disease was associated with less butyrate.",
    "Whether Lactobacillus reuteri improves Parkinson disease is unknown.",
)
MOMENTS = ("kill", "terminate", "interrupt", "stop", "memory", "file size")
BUILDS = (*MOMENTS, "disk full", "read-only", "two at once", "clock", "damage", "damage later")
READS = (*MOMENTS, "disk full", "read-only", "clock", "damage")
STAGES = {
    "fresh": BUILDS,
    "index": (*MOMENTS, "disk full", "two at once"),
    "grow": BUILDS,
    "rebuild": BUILDS,
    "pool": ("kill", "worker", "terminate", "interrupt"),
    "fetch": (*MOMENTS, "network", "network", "two at once"),
    "export": READS,
    "ask": READS,
}
# These take seconds: a pool starts processes of its own, an index is made.
WEIGHTS = {"pool": 0.05, "index": 0.3}
ROOM = 64 << 20
MOST_COMMANDS = 4
_NO_THREAD = "cannot allocate memory for thread-local data: ABORT"
"""The C library's last word."""


NONE = Fault()


class Wrong(Exception):  # noqa: N818
    """What must not happen."""


@dataclass
class Draw:
    """One run of one stage, and the fault that it gets."""

    chance: random.Random
    stage: str
    kind: str
    folder: Path
    arguments: list[str]
    events: int
    expected: bytes
    told: str = ""

    @property
    def kg(self) -> Path:
        return self.folder / "kg"

    def run(self, fault: Fault = NONE, arguments: Sequence[str] = ()) -> Ended:
        return self.start(fault, arguments)()

    def start(self, fault: Fault = NONE, arguments: Sequence[str] = ()) -> Callable[[], Ended]:
        os.environ["KGBUILD_CACHE"] = str(
            self.folder / "cache" if self.stage == "index" else self.folder / "../cache"
        )
        network = self.stage == "fetch" and fault.kind == "network"
        return start(arguments or self.arguments, fault, self.folder, network=network)

    def moment(self, kind: str) -> Fault:
        """A fault of this kind at a moment between the first event and the last."""
        room = self.chance.choice([1 << 16, 1 << 20, 1 << 22, 1 << 24, 1 << 25, 1 << 26])
        moment = self.chance.randint(1, max(self.events, 1))
        outside = self.stage == "pool" or (kind in MOMENTS[:4] and self.chance.random() < 0.3)
        longest = 3.0 if self.stage == "pool" else 0.4
        return Fault(kind, moment, self.chance.uniform(0.005, longest) if outside else None, room)

    def fail(self) -> None:
        """Let the fault happen, and take away what caused it."""
        if self.kind == "disk full":
            self._on_full_disk()
        elif self.kind == "read-only":
            self._read_only()
        elif self.kind == "two at once":
            waiting = self.start()
            self.check(self.run())
            self.check(waiting())
        elif self.kind == "clock":
            later = time.time() + 315_576_000
            for path in self.folder.rglob("*"):
                os.utime(path, (later, later))
            self.check(self.run(Fault("clock")))
        elif self.kind == "damage":
            self.damage()
        elif self.kind == "damage later":
            self.check(self.run(self.moment("kill")))
            self.damage()
        else:
            fault = self.moment(self.kind)
            self.told = f"{fault}"
            self.check(self.run(fault))

    def _on_full_disk(self) -> None:
        used = sum(4096 + -(-path.stat().st_size // 4096) * 4096 for path in self.folder.rglob("*"))
        room = self.chance.choice([16, 64, 128, 256, 512, 1024]) << 10
        self.told = f"{room >> 10} KiB left"
        self._mounted(used + room)
        self.check(self.run())
        mount(self.folder, used + ROOM, flags=REMOUNT)

    def _read_only(self) -> None:
        self._mounted(ROOM)
        mount(self.folder, ROOM, flags=REMOUNT | READ_ONLY)
        self.check(self.run())
        mount(self.folder, ROOM, flags=REMOUNT)

    def _mounted(self, size: int) -> None:
        kept = self.folder.with_name(f"{self.folder.name}-kept")
        self.folder.rename(kept)
        self.folder.mkdir()
        mount(self.folder, size)
        shutil.copytree(kept, self.folder, dirs_exist_ok=True)

    def damage(self) -> None:
        """Flip a bit of a file of the graph, cut it off, or remove it."""
        files = sorted(path for path in self.kg.rglob("*") if path.is_file() and path.name != ".lock")
        if not files:
            return
        path = self.chance.choice(files)
        before, content = path.stat(), bytearray(path.read_bytes())
        how = self.chance.choice(["flip", "flip", "flip", "cut", "remove"])
        if how == "flip" and content:
            content[self.chance.randrange(len(content))] ^= 1 << self.chance.randrange(8)
        else:
            content = content[: self.chance.randrange(len(content) + 1)]
        path.write_bytes(content)
        # Disks damage files without a trace in their times; readers, which compare no bytes, need one.
        if self.stage not in ("export", "ask"):
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        if how == "remove":
            path.unlink()
        self.told += f" {how} {path.relative_to(self.kg)}"

    def check(self, ended: Ended) -> None:
        """Either all went well, or the run was ended, or one message says what is to be done."""
        self.told += f" -> {ended.code}"
        if ended.code < 0 or _NO_THREAD in ended.errors:
            return
        if "Traceback" in ended.errors or "Traceback" in ended.output:
            raise Wrong(f"a traceback: {ended.errors[-1500:]}")
        if ended.code and ended.errors.count("kgbuild: ") != 1:
            raise Wrong(f"exit code {ended.code} without one message: {ended.errors[-1500:]!r}")
        if ended.code and not ended.errors.partition("kgbuild: ")[2].strip():
            raise Wrong("an empty message")

    def recover(self) -> None:
        """Do what the messages say, or else the same again, until it is done; then compare."""
        for _ in range(MOST_COMMANDS):
            ended = self.run()
            self.check(ended)
            if not ended.code:
                break
            if ended.code < 0:
                raise Wrong(f"died again: {ended.errors[-1500:]}")
            if "Give a new or an empty folder" in ended.errors:
                shutil.rmtree(self.kg)
            named = re.search(r"kgbuild (repair .*|ingest .*--kg .*)$", ended.errors, re.MULTILINE)
            if named:
                self.told += f" {named[0]}"
                self.check(self.run(arguments=shlex.split(named[1])))
            self.last = ended.errors
        else:
            raise Wrong(f"what the message says does not help: {self.last[-1500:]}")
        found = self.result(ended)
        if found != self.expected:
            raise Wrong(
                f"another result: {len(found)} bytes, not {len(self.expected)}; {_difference(found, self.expected)}"
            )
        left = [str(path) for path in self.folder.rglob("*.tmp-*")]
        if left and self.stage not in ("export", "ask"):
            raise Wrong(f"temporary files are left: {left}")

    def result(self, ended: Ended) -> bytes:
        """What the stage is for: the graph's quads, the exported file, or the rows."""
        if self.stage == "ask":
            return ended.output.encode()
        target = self.folder / "graph.nq"
        if self.stage != "export":
            arguments = ["export", "nquads", "--reproducible", "--kg", str(self.kg), "-o", str(target)]
            exported = self.run(arguments=arguments)
            if exported.code:
                raise Wrong(f"the graph can not be read: {exported.errors[-1500:]}")
        return b"".join(sorted(target.read_bytes().splitlines(keepends=True)))


def _difference(found: bytes, expected: bytes) -> str:
    one, other = set(found.splitlines()), set(expected.splitlines())
    return f"too much: {sorted(one - other)[:2]}, missing: {sorted(other - one)[:2]}"


class Draws:
    """What the draws share: sources, graphs to begin with, and what undisturbed runs give."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.without_mounts = own_mounts()
        self.pubmed, os.environ["KGBUILD_EUTILS_URL"] = serve_pubmed()
        os.environ |= {"COLUMNS": "500", "NO_COLOR": "1"}
        sources = folder / "articles"
        sources.mkdir()
        for number in range(3):
            rows = [
                {"id": str(10_000_000 + 10 * number + n), "title": f"Study {number}.{n}", "abstract": SENTENCES[n]}
                for n in range(4)
            ]
            text = "".join(json.dumps(row) + "\n" for row in rows)
            (sources / f"{number}.jsonl").write_text(text + "{\n" * (number == 1))
        (folder / "terms.tsv").write_text(TERMS)
        (folder / "one.toml").write_text("workers = 1\npart_size = 4\n")
        (folder / "pool.toml").write_text("workers = 2\npart_size = 100\n")
        _import_all()
        self.graphs: dict[str, Path] = {}
        self.events: dict[str, int] = {}
        self.expected: dict[str, bytes] = {}
        self._undisturbed()

    def arguments(self, stage: str, kg: Path) -> list[str]:
        """The command of a stage."""
        if stage == "export":
            return ["export", "nquads", "--reproducible", "--kg", str(kg), "-o", str(kg.parent / "graph.nq")]
        if stage == "ask":
            return ["show", "butyrate", "--json", "--kg", str(kg)]
        config = self.folder / ("pool.toml" if stage == "pool" else "one.toml")
        given = ["ingest", "--extractor", "dictionary", "--only-terms", str(self.folder / "terms.tsv")]
        given += ["--config", str(config), "--kg", str(kg)]
        if stage == "fetch":
            return [*given, "--query", "rare AND gut", "--limit", "30"]
        return [*given, "--source", str(self.folder / "articles"), *["--rebuild"] * (stage == "rebuild")]

    def _undisturbed(self) -> None:
        first = self.folder / "first"
        for name in ("articles", "one", "other"):
            (first / name).mkdir(parents=True)
        (first / "other.toml").write_text("workers = 1\npart_size = 4\ndirect_threshold = 0.9\n")
        one = self.arguments("fresh", first / "one/kg")
        one[-1] = str(self.folder / "articles/0.jsonl")
        other = self.arguments("fresh", first / "other/kg")
        other[other.index("--config") + 1] = str(first / "other.toml")
        for name, arguments in (("grow", one), ("rebuild", other)):
            draw = Draw(
                random.Random(), "fresh", "", first / arguments[arguments.index("--kg") + 1], arguments, 0, b""
            )
            draw.folder = draw.folder.parent
            ended = draw.run()
            assert not ended.code, ended
            self.graphs[name] = draw.kg
        for stage in ("fresh", "grow", "rebuild", "fetch", "export", "ask"):
            draw = self.draw(stage, "", random.Random(), f"undisturbed-{stage}")
            ended = draw.run()
            assert not ended.code, ended
            self.events[stage] = ended.events
            self.expected[stage] = draw.result(ended)
            assert self.expected[stage]
            if stage == "fresh":
                self.graphs |= dict.fromkeys(("export", "ask"), draw.kg)
        alike = {self.expected[stage] for stage in ("fresh", "grow", "rebuild", "export")}
        assert len(alike) == 1, "undisturbed runs differ"
        # Of another index and of a pool the same must come; an index adds events at the beginning.
        self.expected |= dict.fromkeys(("index", "pool"), self.expected["fresh"])
        self.events["index"] = self.events["fresh"] + 20
        draw = self.draw("fetch", "", random.Random(), "undisturbed-network")
        self.events["network"] = draw.run(Fault("network")).events

    def draw(self, stage: str, kind: str, chance: random.Random, name: str) -> Draw:
        """A draw in a folder of its own."""
        folder = self.folder / name
        folder.mkdir()
        if stage in self.graphs:
            shutil.copytree(self.graphs[stage], folder / "kg")
        events = self.events.get("network" if kind == "network" else stage, 0)
        arguments = self.arguments(stage, folder / "kg")
        return Draw(chance, stage, kind, folder, arguments, events, self.expected.get(stage, b""))

    def make(self, seed: str, number: int, kind: str = "", stage: str = "") -> dict[str, object]:
        """Make one draw; says what it was and what was wrong, if anything was."""
        chance = random.Random(f"{seed} {number}")
        stages = [stage] if stage else [name for name in STAGES if not kind or kind in STAGES[name]]
        stage = chance.choices(stages, [WEIGHTS.get(name, 1.0) for name in stages])[0]
        kind = kind or chance.choice(STAGES[stage])
        told = {"number": number, "stage": stage, "kind": kind, "wrong": "", "skipped": ""}
        if kind in ("disk full", "read-only") and self.without_mounts:
            return told | {"skipped": f"no mounts of one's own: {self.without_mounts}"}
        draw = self.draw(stage, kind, chance, f"draw-{number}")
        began = time.monotonic()
        try:
            draw.fail()
            draw.recover()
        except (Wrong, TimeoutError, RuntimeError, OSError) as error:
            told["wrong"] = f"{type(error).__name__}: {error}"
        finally:
            if kind in ("disk full", "read-only"):
                unmount(draw.folder)
        if not told["wrong"]:
            for path in self.folder.glob(f"draw-{number}*"):
                shutil.rmtree(path, ignore_errors=True)
        return told | {"what": draw.told, "seconds": round(time.monotonic() - began, 2)}


def _import_all() -> None:
    """What runs import late, so that children find it imported."""
    import importlib
    import pkgutil

    import pandas  # noqa: F401
    import pyarrow.dataset  # noqa: F401

    import kgbuild

    skipped = ("neural", "train", "onnx", "__main__", "isolation", "neo4j")
    for module in pkgutil.walk_packages(kgbuild.__path__, "kgbuild."):
        if not any(part in module.name for part in skipped):
            importlib.import_module(module.name)
    from kgbuild.namespaces import converter

    converter()


def main() -> None:
    """Make the draws that the command line names."""
    folder, seed, first, number = Path(sys.argv[1]).resolve(), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    draws = Draws(folder)
    for n in range(first, first + number):
        sys.stdout.write(json.dumps(draws.make(seed, n, *sys.argv[5:7])) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
