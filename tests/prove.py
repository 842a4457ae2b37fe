"""The long proofs: `./dev prove` runs them all, `--sample` the share that CI runs; both can be resumed.

    python -m tests.prove [--sample] [--from SEED] [--to SEED] [NAME ...]

Each core proves a seed at a time. A tally of what held is kept in out/proofs.json, as stretches of
seeds; without --from a proof leaves those out.
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
from pathlib import Path

ALL = (
    "many_files",
    "two_years",
    "kills",
    "window_kills",
    "guard",
    "exchange",
    "erasing",
    "orders",
    "full_disk",
    "power_cuts",
    "mutants",
    "fuzz",
    "clocks",
    "benchmarks",
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
    plan = [(name, seed) for name in given.names or ALL for seed in seeds_of(name, given)]
    return 0 if run(plan, keep=not given.sample) else 1


def seeds_of(name: str, given: argparse.Namespace) -> list[int]:
    """The seeds of a proof that are asked for now."""
    proof = importlib.import_module(f"tests.proofs.{name}")
    last = given.last if given.last is not None else (proof.SAMPLE if given.sample else proof.WHOLE)
    wanted = range(given.first or 0, last)
    held = [] if given.sample or given.first is not None else read_tally().get(name, [])
    return [seed for seed in wanted if not any(begin <= seed < end for begin, end in held)]


def run(plan: list[tuple[str, int]], *, keep: bool) -> bool:
    """All of these seeds, side by side whatever they prove; stops at the first that fails and names it.

    keep: note which seeds held.
    """
    begin, last_of = time.monotonic(), dict(plan)
    # Spawned, for what Qt and the databases hold in this process is not to be shared.
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as cores:
        failures = cores.map(fails, [name for name, _ in plan], [seed for _, seed in plan])
        for (name, seed), failure in zip(plan, failures, strict=True):
            if failure:
                print(f"{name}: seed {seed} failed: {failure}", flush=True)
                cores.shutdown(cancel_futures=True)
                return False
            if keep:
                note_held(name, seed)
            if seed == last_of[name]:
                print(f"{name}: holds up to seed {seed} ({time.monotonic() - begin:.0f} s)", flush=True)
    return True


def fails(name: str, seed: int) -> str:
    """Why one seed of a proof does not hold, '' when it does. Runs in a process of its own."""
    proof = importlib.import_module(f"tests.proofs.{name}")
    with tempfile.TemporaryDirectory() as folder:
        try:
            proof.prove(seed, Path(folder))
        except Exception as error:  # noqa: BLE001 (not every error can travel between processes)
            return "".join(traceback.format_exception(error))
    return ""


Stretch = tuple[int, int]
"""The first seed of those that held, and the one after the last."""


def read_tally() -> dict[str, list[Stretch]]:
    return json.loads(TALLY.read_text("utf-8")) if TALLY.exists() else {}


def note_held(name: str, seed: int) -> None:
    """A seed has held: it makes one of the stretches longer, or begins one."""
    tally = read_tally()
    tally[name] = joined([*tally.get(name, []), (seed, seed + 1)])
    TALLY.parent.mkdir(exist_ok=True)
    TALLY.write_text(json.dumps(tally, indent=1), "utf-8")


def joined(stretches: list[Stretch]) -> list[Stretch]:
    """The same seeds in as few stretches as can be, in their order."""
    found: list[Stretch] = []
    for begin, end in sorted(map(tuple, stretches)):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
