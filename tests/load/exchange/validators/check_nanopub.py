"""Checks nanopublications with the `nanopub` package: form, trusty URI, and that it can sign them.

    python check_nanopub.py FILE as-is|sign RESULT

FILE holds nanopublications in TriG, an empty line after each.
"""

import json
import sys
from pathlib import Path

from nanopub import Nanopub, NanopubConf
from nanopub.profile import Profile
from nanopub.sign_utils import verify_signature
from rdflib import ConjunctiveGraph

profile = Profile(name="Test", orcid_id="https://orcid.org/0000-0002-1825-0097")  # makes keys of its own
found = []
for text in Path(sys.argv[1]).read_text(encoding="utf-8").split("}\n\n"):
    if not text.strip():
        continue
    graph = ConjunctiveGraph()
    graph.parse(data=text + "}\n", format="trig")
    publication = Nanopub(rdf=graph, conf=NanopubConf(profile=profile))
    about = {"valid": publication.is_valid, "signed": sys.argv[2] == "sign"}
    if about["signed"]:
        publication.sign()
        verify_signature(publication.rdf, publication.metadata.namespace)
    about |= {"uri": publication.source_uri, "trusty": publication.has_valid_trusty}
    about["assertion"] = [[str(term) for term in triple] for triple in publication.assertion]
    found.append(about)
Path(sys.argv[3]).write_text(json.dumps(found))
