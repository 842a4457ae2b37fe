"""Imported once by the process from which others are forked (tests/forked.py)."""

import gc
import importlib
import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
NEEDED = (
    "fieldapp.app",
    "fieldapp.storage.migrations.run",
    "tests.faults.exchanging",
    "tests.faults.recording",
    "tests.faults.stepping",
    "tests.faults.window_typist",
)
for name in NEEDED:
    importlib.import_module(name)
gc.freeze()
