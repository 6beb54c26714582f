"""Run the command line from a checkout: ``python cli.py``. The commands live in ``iopsched/cli``."""

from iopsched.cli import main

if __name__ == "__main__":
    main()
