"""Starts the program: `python -m fieldapp`, and the installed one."""

import sys
from multiprocessing import freeze_support

from fieldapp.cli import main

if __name__ == "__main__":
    freeze_support()  # the installed program is its own worker where it spawns one
    sys.exit(main())
