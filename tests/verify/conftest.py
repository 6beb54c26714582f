"""Makes ``clinics`` importable: with pytest's importlib mode a test directory is not on the path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
