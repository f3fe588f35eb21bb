"""Checks a release's CITATION.cff with `cffconvert` and reads its metadata with `rocrate`.

python check_release.py FOLDER RESULT
"""

import json
import sys
from pathlib import Path

from cffconvert import Citation
from rocrate.rocrate import ROCrate

folder = Path(sys.argv[1])
citation = Citation((folder / "CITATION.cff").read_text(encoding="utf-8"))
citation.validate()
crate = ROCrate(folder)
Path(sys.argv[2]).write_text(
    json.dumps(
        {
            "bibtex": citation.as_bibtex(),
            "name": crate.name,
            "files": sorted(entity.id for entity in crate.data_entities),
        }
    )
)
