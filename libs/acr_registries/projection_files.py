"""`python -m acr_registries.projection_files`: writes each registry's tables as SQL beside its model.

The files are for people: what is run is made of the declaration anew. A test tells when one differs.
"""

import sys
from pathlib import Path

from acr_registries.catalogue import load_registries
from acr_registries.projection import open_projection
from acr_registries.projection_sql import PROJECTION_FILE, projection_sql


def write_files(folder: Path) -> list[Path]:
    """Write the SQL of every registry that has a folder here; give the files that have changed."""
    changed = []
    for name, registry in load_registries().items():
        file = folder / name / PROJECTION_FILE
        if not file.parent.is_dir():
            continue  # Of another distribution.
        text = projection_sql(open_projection(registry)).text
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            changed.append(file)
    return changed


if __name__ == "__main__":
    for each in write_files(Path(__file__).parent):
        sys.stdout.write(f"{each}\n")
