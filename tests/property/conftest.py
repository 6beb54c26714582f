"""Makes the tiny clinics, the brute force of ``tests/rules`` and the random worlds importable."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
for folder in (HERE, HERE.parent / "rules", HERE.parent / "verify"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
