"""A made-up finished graph of any size, whose tables agree with each other."""

import random
from collections import Counter
from hashlib import md5
from pathlib import Path
from typing import Any

from kgbuild.namespaces import NAME
from kgbuild.schema import load_schema
from tests import example_graph

SENTENCE = "Thing one was changed with thing two in this made-up sentence of a usual length, as we report here."

STUDIES: tuple[dict[str, Any], ...] = (
    {"design": "", "participants": None},
    {"design": "cohort", "participants": 200},
    {"design": "cohort", "participants": 20},
    {"design": "randomised trial", "participants": None},
)


def rows(statements: int, evidence: int, *, seed: int = 0) -> dict[str, list[dict[str, Any]]]:
    """The tables' rows: a few concepts are in most statements, as in a real graph."""
    choose = random.Random(seed)
    signatures = load_schema().signatures
    labels = sorted({end for s in signatures for end in (s.subject, s.object)})
    concepts = {
        label: [
            f"{NAME if n % 4 == 3 else 'http://example.org/'}{_key(label, n)}" for n in range(3 + statements // 60)
        ]
        for label in labels
    }
    found = {}
    while len(found) < statements:
        signature = choose.choice(signatures)
        ends = (_often(choose, concepts[signature.subject]), _often(choose, concepts[signature.object]))
        if ends[0] != ends[1]:
            found.setdefault(_key(*ends, signature.predicate), (signature, *ends))
    articles = [
        example_graph.article(
            str(n),
            f"Article {n}",
            [SENTENCE] * 3,
            retracted=n % 20 == 0,
            year=choose.choice((None, 2024)),
            **STUDIES[n % len(STUDIES)],
        )
        for n in range(1, 2 + evidence // 10)
    ]
    claims = [_evidence(choose, n, *item) for n, item in enumerate(_spread(choose, found, evidence))]
    stated = [_statement(choose, key, *item) for key, item in found.items()]
    ends = example_graph.count_ends(stated)
    return {
        "articles": articles,
        "evidence": claims,
        "statements": stated,
        "concepts": [
            _concept(uri, label, members[0], ends) for label, members in concepts.items() for uri in members
        ],
    }


def write(folder: Path, statements: int, evidence: int, *, seed: int = 0) -> Path:
    """Write such tables into a folder and return it."""
    return example_graph.write(folder, rows(statements, evidence, seed=seed))


def _key(*parts: Any) -> str:
    return md5("|".join(map(str, parts)).encode()).hexdigest()


def _often(choose: random.Random, members: list[str]) -> str:
    return members[min(int(choose.paretovariate(0.7)) - 1, 10**9) % len(members)]


def _spread(choose: random.Random, found: dict[str, Any], evidence: int) -> list[tuple[str, Any, int]]:
    keys = list(found)
    return [(keys[n % len(keys)], found[keys[n % len(keys)]], 1 + choose.randrange(1 + evidence // 10))
            for n in range(evidence)]  # fmt: skip


def _evidence(choose: random.Random, number: int, key: str, item: Any, article: int) -> dict[str, Any]:
    signature, subject, object_ = item
    place = choose.randrange(3) * (len(SENTENCE) + 1)
    row = {
        "id": _key("evidence", number),
        "statement": key,
        "pmid": str(article),
        "version": 1,
        "predicate": signature.predicate,
        "score": choose.random(),
        "weight": choose.random(),
        "source": "made up",
        "negated": choose.random() < 0.1,
        "speculative": choose.random() < 0.2,
        "direction": choose.choice(("increase", "decrease", "none", "unknown")),
        "claim": choose.choice(("association", "effect", "outcome", "other")),
        "finding": choose.random() < 0.9,
        "study": choose.choice(("human", "animal")),
        **STUDIES[article % len(STUDIES)],
        "species": "",
        "site": "",
        "comparator": "",
        "standing": "sound",
        "work": str(article),
        "review": False,
        "year": 2024,
        "retracted": False,
        "run": "run1",
    }
    for role, label, uri, text in (
        ("subject", signature.subject, subject, "Thing one"),
        ("object", signature.object, object_, "thing two"),
    ):
        start = place + SENTENCE.index(text)
        row |= {
            f"{role}_section": "abstract",
            f"{role}_start": start,
            f"{role}_end": start + len(text),
            f"{role}_text": text,
            f"{role}_label": label,
            f"{role}_uri": uri,
            f"{role}_sentence_start": place,
            f"{role}_sentence_end": place + len(SENTENCE),
        }
    return row


def _statement(choose: random.Random, key: str, signature: Any, subject: str, object_: str) -> dict[str, Any]:
    counts = (
        "supporting",
        "refuting",
        "speculative",
        "articles",
        "works",
        "asked",
        "increase",
        "decrease",
        "human",
        *example_graph.WAYS,
    )
    return {
        "id": key,
        "subject": subject,
        "subject_label": signature.subject,
        "predicate": signature.predicate,
        "object": object_,
        "object_label": signature.object,
        "belief": choose.random(),
        **{name: choose.randrange(3) for name in counts},
        "background": signature.predicate in example_graph.BACKGROUND,
        "conflict": choose.random() < 0.2,
        **choose.choice(({"first_year": None, "last_year": None}, {"first_year": 2024, "last_year": 2025})),
        "direct": int(key, 16) % 4 > 0,
    }


def _concept(uri: str, label: str, parent: str, ends: Counter[str]) -> dict[str, Any]:
    name = uri.rpartition("/")[2]
    row = {
        "uri": uri,
        "curie": uri,
        "name": name,
        "label": label,
        "synonyms": [f"{name} too"],
        "equivalents": [],
        "parents": [] if uri == parent else [parent],
    }
    return example_graph.concept(row, ends, {name: 1})
