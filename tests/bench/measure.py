"""Timing in turns: ours, then the floor, again and again, so that both meet the same noise."""

import gc
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 5


@dataclass(frozen=True)
class Line:
    """One line of the table. ours and floor in seconds (or what `unit` says); goal: the wished ratio."""

    what: str
    ours: float
    floor: float
    floor_name: str
    goal: str
    unit: str = "ms"
    memory_mib: float = 0.0

    @property
    def ratio(self) -> float:
        return self.ours / self.floor if self.floor else float("nan")


def in_turns(
    ours: Callable[[int], object], floor: Callable[[int], object], rounds: int = ROUNDS
) -> tuple[float, float]:
    """Medians in seconds of `rounds` runs of each, interleaved. Each is given the number of its round."""
    mine, theirs = [], []
    for n in range(rounds):
        for run, found in ((floor, theirs), (ours, mine)):
            gc.collect()
            begin = time.perf_counter()
            run(n)
            found.append(time.perf_counter() - begin)
    return statistics.median(mine), statistics.median(theirs)


def peak_memory(work: Callable[[], object]) -> float:
    """How far the resident memory rises above where it stood while `work` runs, in MiB; that of processes
    which were started from here counts too.
    """
    page, done, highest = 4096 / 2**20, threading.Event(), [0.0]

    def resident() -> float:
        children = [
            one for tasks in Path("/proc/self/task").iterdir() for one in _words_in(tasks / "children")
        ]
        sizes = [_words_in(Path(f"/proc/{one}/statm")) for one in ("self", *children)]
        return sum(int(found[1]) for found in sizes if found) * page

    start = resident()

    def watch() -> None:
        while not done.wait(0.005):
            highest[0] = max(highest[0], resident() - start)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    return highest[0]


def _words_in(file: Path) -> list[str]:
    """Nothing when the process or thread has just ended."""
    try:
        return file.read_text().split()
    except OSError:
        return []


def table(lines: list[Line]) -> str:
    """The table as people read it."""
    factor = {"ms": 1000.0, "s": 1.0, "KB": 1.0, "MB": 1.0, "keys": 1.0}
    head = f"{'what':52} {'ours':>10} {'floor':>10} {'ratio':>7}  goal    floor is"
    rows = [
        f"{line.what:52} {line.ours * factor[line.unit]:>7.2f} {line.unit:>2} "
        f"{line.floor * factor[line.unit]:>7.2f} {line.unit:>2} {line.ratio:>7.2f}  {line.goal:7} "
        f"{line.floor_name}" + (f"; peak +{line.memory_mib:.0f} MiB" if line.memory_mib else "")
        for line in lines
    ]
    return "\n".join([head, *rows])
