"""Makes tiny clinics, edge cases and brute force importable: with pytest's importlib mode no test directory is on the path."""

import sys
from pathlib import Path

for folder in ("verify", "rules", "property"):
    path = str(Path(__file__).parent / folder)
    if path not in sys.path:
        sys.path.insert(0, path)
