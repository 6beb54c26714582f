"""Makes ``solving``, tiny clinics, random clinics and brute force importable."""

import sys
from pathlib import Path

for folder in ("verify", "rules", "property", "solve"):
    path = str(Path(__file__).parents[1] / folder)
    if path not in sys.path:
        sys.path.insert(0, path)
