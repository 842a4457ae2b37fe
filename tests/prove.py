"""The long proofs: `./dev prove` runs them all, `--sample` the share that CI runs; both can be resumed.

    python -m tests.prove [--sample] [--from SEED] [--to SEED] [NAME ...]

Each core proves a seed at a time. A tally of what held is kept in out/proofs.json; without --from a proof
goes on where it stopped.
"""

import argparse
import importlib
import json
import multiprocessing
import os
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

ALL = (
    "kills",
    "window_kills",
    "guard",
    "exchange",
    "orders",
    "two_years",
    "many_files",
    "full_disk",
    "mutants",
    "clocks",
)
TALLY = Path("out/proofs.json")


def main(arguments: list[str]) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # Qt reads this once, when a proof imports it
    wanted = argparse.ArgumentParser(prog="prove", description=__doc__)
    wanted.add_argument("--sample", action="store_true")
    wanted.add_argument("--from", type=int, dest="first")
    wanted.add_argument("--to", type=int, dest="last")
    wanted.add_argument("names", nargs="*", default=ALL)
    given = wanted.parse_args(arguments)
    held = [run(name, given) for name in given.names or ALL]
    print(f"\n{held.count(True)} passed, {held.count(False)} failed")
    return 0 if all(held) else 1


def run(name: str, given: argparse.Namespace) -> bool:
    """One proof over its seeds; stops at the first that fails and names it."""
    proof = importlib.import_module(f"tests.proofs.{name}")
    resumed = 0 if given.sample else read_tally().get(name, 0)
    first = given.first if given.first is not None else resumed
    last = given.last if given.last is not None else (proof.SAMPLE if given.sample else proof.WHOLE)
    begin, seeds = time.monotonic(), range(first, last)
    # Spawned, for what Qt and the databases hold in this process is not to be shared.
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as cores:
        for seed, failure in zip(seeds, cores.map(partial(fails, name), seeds), strict=True):
            if failure:
                print(f"{name}: seed {seed} failed: {failure}", flush=True)
                cores.shutdown(cancel_futures=True)
                return False
            if not given.sample:
                write_tally(name, seed + 1)
    print(f"{name}: seeds {first} to {last - 1} hold ({time.monotonic() - begin:.0f} s)", flush=True)
    return True


def fails(name: str, seed: int) -> str:
    """Why one seed of a proof does not hold, '' when it does. Runs in a process of its own."""
    proof = importlib.import_module(f"tests.proofs.{name}")
    with tempfile.TemporaryDirectory() as folder:
        try:
            proof.prove(seed, Path(folder))
        except AssertionError as error:
            return str(error) or "an assertion without words"
        except Exception as error:  # noqa: BLE001 (not every error can travel between processes)
            return "".join(traceback.format_exception(error))
    return ""


def read_tally() -> dict[str, int]:
    return json.loads(TALLY.read_text("utf-8")) if TALLY.exists() else {}


def write_tally(name: str, done: int) -> None:
    TALLY.parent.mkdir(exist_ok=True)
    TALLY.write_text(json.dumps(read_tally() | {name: done}, indent=1), "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
