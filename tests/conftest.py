"""What holds for every test. (Warnings are errors: pyproject.toml.)"""

import os

# Qt reads this once, at the first PySide6 import; without a screen and without it the process aborts.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
