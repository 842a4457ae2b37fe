"""From starting the process to a painted window, and to the first page at work, against a bare window.

Bytecode is kept, as the installed program has it.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.bench.measure import ROUNDS, Line
from tests.bench.saving import centre

_BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

app = QApplication([])
window = QMainWindow()
window.resize(1093, 580)
window.show()
QTimer.singleShot(0, lambda: print("painted", 0, flush=True) or app.quit())
app.exec()
"""

_OURS = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from fieldapp.app import FrontDoor, collect_rarely

collect_rarely()
app = QApplication([])

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 2**20

door = FrontDoor(Path(sys.argv[1]), language="hi", practice=True)
door.window.show()
app.processEvents()
print("painted", resident(), flush=True)
QTimer.singleShot(0, door.begin)

def look():
    if door.window.page is not None:
        app.processEvents()
        print("ready", resident(), flush=True)
        app.quit()

watch = QTimer()
watch.setInterval(5)
watch.timeout.connect(look)
watch.start()
app.exec()
door.close()
"""


def _start(bytecode: Path, script: str, *given: str) -> dict[str, tuple[float, float]]:
    """Seconds from the start of the process, and MiB in memory, at each word it says."""
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": ".",
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(bytecode),
    }
    begin, said = time.perf_counter(), {}
    with subprocess.Popen(
        [sys.executable, "-c", script, *given], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        for line in process.stdout:
            word, memory = line.split()
            said[word] = (time.perf_counter() - begin, float(memory))
    return said


def lines(folder: Path) -> Iterator[Line]:
    """Medians of interleaved starts."""
    centre(folder / "home").close()
    bare, painted, ready, memory = [], [], [], 0.0
    start = partial(_start, folder / "bytecode")
    start(_BARE), start(_OURS, str(folder / "home"))
    for _ in range(ROUNDS):
        bare.append(start(_BARE)["painted"][0])
        said = start(_OURS, str(folder / "home"))
        painted.append(said["painted"][0])
        ready.append(said["ready"][0])
        memory = max(memory, said["ready"][1])
    floor = statistics.median(bare)
    name = "bare PySide6 window"
    yield Line("start to painted window", statistics.median(painted), floor, name, "<= 1.3", "s")
    yield Line(
        "start to the first page at work", statistics.median(ready), floor, name, "<= 3.0", "s", memory
    )
