"""What a power cut may leave on the disk: a program's system calls, played without what was not flushed.

Killing a process loses nothing that it has written, for the system goes on. A power cut does: what was never
flushed may be missing, in part or out of order, and a new name may be missing or there before its content. So
a program is traced (strace), and the disk is put together as it may look after each of its calls.

Run as: python -m tests.faults.power_cuts VERB FOLDER - one of full_disk.VERBS; says 'begun' and 'done'.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.faults.full_disk import VERBS
from tests.faults.killing import look_sound
from tests.sync.exchange import Exchange

SECTOR = 512
LEFT = ("everything", "what was flushed", "names before content", "content before names", "half", "sectors")
"""What of the calls before a power cut is on the disk. half: of the last write; sectors: every second one."""

_CALLS = "openat,close,lseek,write,pwrite64,writev,pwritev,ftruncate,fallocate,fsync,fdatasync,dup,dup2,dup3"
_NAMING = "rename,renameat,renameat2,link,linkat,unlink,unlinkat"
_CALL = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)")
_TOLD = 1
"""The descriptor on which a program says what it has done."""


@dataclass
class Step:
    """One call that matters. file: the number of that it wrote to or flushed; folder: whose names it flushed.

    content: what was written at `at`; size: to which the file was cut; names: entries it made, or unmade
    (None); said: a word of the program.
    """

    file: int = 0
    at: int = 0
    content: bytes = b""
    size: int = -1
    names: dict[str, int | None] = field(default_factory=dict)
    flushes: bool = False
    folder: str = ""
    said: str = ""

    @property
    def writes(self) -> bool:
        return bool(self.content) or self.size >= 0


class Trace(NamedTuple):
    """files: the content of each by number, before anything was done; names: which of them stood where."""

    files: dict[int, bytes]
    names: dict[str, int]
    steps: list[Step]


class Left(NamedTuple):
    """A disk after a power cut. files: content by path; done: whether the program had said so before."""

    files: dict[str, bytes]
    done: bool
    how: str


# ---------------------------------------------------------------- listening


def traced(verb: str, root: Path) -> Trace:
    """Let a program of its own do one verb in a folder, and give what it wrote there, call by call."""
    before = {str(path): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
    names = {path: n for n, path in enumerate(before, start=1)}
    heard = root.with_name(f"{root.name}.strace")
    tracer = ["strace", "-f", "-qq", "-xx", "-s", "40000000", "-e", f"trace={_CALLS},{_NAMING}", "-o", heard]
    program = [sys.executable, "-m", "tests.faults.power_cuts", verb, root]
    done = subprocess.run([*tracer, *program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, ["begun", "done"]), done.stderr
    lines = heard.read_text("ascii").splitlines()
    heard.unlink()
    listener = _Listener(str(root), names)
    steps = [step for line in _unbroken(lines) for step in listener.steps(line)]
    return Trace({names[path]: content for path, content in before.items()}, names, steps)


class _Listener:
    """Turns lines of strace into steps. It knows which file stands under each name and descriptor now."""

    def __init__(self, root: str, names: dict[str, int]) -> None:
        self._root, self._names, self._last = root, dict(names), len(names)
        self._open: dict[int, int | str] = {}
        self._at: dict[int, int] = {}

    def steps(self, line: str) -> Iterator[Step]:
        met = _CALL.match(line)
        if met is None or int(met[3]) < 0:
            return
        call, result, given = met[1], int(met[3]), [_value(one) for one in met[2].split(", ")]
        if call == "openat":
            yield from self._opened(given[1], given[2], result)
        elif call in _NAMING:
            yield from self._named(call, [one for one in given if str(one).startswith("/")])
        elif call == "write" and given[0] == _TOLD:
            yield Step(said=given[1].decode().strip())
        elif given[0] in self._open:
            yield from self._used(call, given, result)

    def _opened(self, path: str, flags: str, descriptor: int) -> Iterator[Step]:
        if not path.startswith(self._root):
            return
        self._at[descriptor] = 0
        if path not in self._names and "O_CREAT" in flags:
            self._last += 1
            yield from self._entries({path: self._last})
        self._open[descriptor] = self._names.get(path, path)  # what is no file is a folder
        if "O_TRUNC" in flags:
            yield Step(self._names[path], size=0)

    def _used(self, call: str, given: list, result: int) -> Iterator[Step]:
        descriptor, file = given[0], self._open[given[0]]
        if call == "close":
            del self._open[descriptor]
        elif call == "lseek":
            self._at[descriptor] = result
        elif call == "write":
            yield Step(file, self._at[descriptor], given[1][:result])
            self._at[descriptor] += result
        elif call == "pwrite64":
            yield Step(file, given[3], given[1][:result])
        elif call == "ftruncate":
            yield Step(file, size=given[1])
        elif call in ("fsync", "fdatasync"):
            yield Step(folder=file, flushes=True) if isinstance(file, str) else Step(file, flushes=True)
        else:
            raise AssertionError(f"a call that is not understood: {call}")

    def _named(self, call: str, paths: list[str]) -> Iterator[Step]:
        if not paths[-1].startswith(self._root):
            return
        if call.startswith("unlink"):
            yield from self._entries({paths[0]: None})
        else:
            gone = {} if call.startswith("link") else {paths[0]: None}
            yield from self._entries({paths[1]: self._names[paths[0]], **gone})

    def _entries(self, changed: dict[str, int | None]) -> Iterator[Step]:
        for path, file in changed.items():
            if file is None:
                self._names.pop(path, None)
            else:
                self._names[path] = file
        yield Step(names=changed)


def _unbroken(lines: list[str]) -> Iterator[str]:
    """The lines; one of a thread that another thread came between is put together again."""
    begun: dict[str, str] = {}
    for line in lines:
        thread = line.split(" ", 1)[0]
        if line.endswith(" <unfinished ...>"):
            begun[thread] = line.removesuffix(" <unfinished ...>")
        elif " resumed>" in line and thread in begun:
            yield begun.pop(thread) + line.split(" resumed>", 1)[1]
        else:
            yield line


def _value(said: str) -> str | int | bytes:
    """A path as text, another text as bytes, a number, or a word as it is."""
    if said.startswith('"'):
        content = bytes.fromhex(said.strip('"').replace("\\x", ""))
        return content.decode() if content.startswith(b"/") and content.isascii() else content
    return int(said) if said.lstrip("-").isdecimal() else said


# ---------------------------------------------------------------- what is left


def disks(trace: Trace) -> list[Left]:
    """Every different disk that a power cut may leave at any moment since the program said 'begun'.

    Of equal ones the last counts, before which most was said.
    """
    begun = next(n for n, step in enumerate(trace.steps) if step.said == "begun")
    found: dict[str, Left] = {}
    for length in range(begun + 1, len(trace.steps) + 1):
        steps = trace.steps[:length]
        done = any(step.said == "done" for step in steps)
        for how in LEFT:
            files = _after(trace, steps, how)
            found[_hash(files)] = Left(files, done, f"{how}, {length} calls")
    return list(found.values())


def _after(trace: Trace, steps: list[Step], how: str) -> dict[str, bytes]:
    files, names = {n: bytearray(content) for n, content in trace.files.items()}, dict(trace.names)
    flushed: set[int | str] = set()
    unflushed: set[int] = set()
    for n in reversed(range(len(steps))):
        step = steps[n]
        if step.flushes:
            flushed.add(step.folder or step.file)
        kept_by = {_folder(path) for path in step.names} if step.names else {step.file}
        if not kept_by <= flushed:
            unflushed.add(n)
    last = max((n for n in unflushed if steps[n].content), default=-1)
    for n, step in enumerate(steps):
        loose = n in unflushed
        if step.names and not (loose and how in ("what was flushed", "content before names")):
            _enter(names, step.names)
        if step.writes and not (loose and how in ("what was flushed", "names before content")):
            broken = loose and (how == "sectors" or (how == "half" and n == last))
            _write(files.setdefault(step.file, bytearray()), step, how if broken else "")
    return {path: bytes(files.get(file, b"")) for path, file in names.items()}


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _enter(names: dict[str, int], changed: dict[str, int | None]) -> None:
    for path, file in changed.items():
        if file is None:
            names.pop(path, None)
        else:
            names[path] = file


def _write(file: bytearray, step: Step, how: str) -> None:
    """how: '', or which sectors never came; there stands what stood there before."""
    if step.size >= 0:
        del file[step.size :]
        file.extend(bytes(step.size - len(file)))
        return
    end = step.at + len(step.content)
    file.extend(bytes(max(0, end - len(file))))
    for n, at in enumerate(range(0, len(step.content), SECTOR)):
        came = {"": True, "half": at < len(step.content) // 2, "sectors": n % 2 == 1}[how]
        if came:
            piece = step.content[at : at + SECTOR]
            file[step.at + at : step.at + at + len(piece)] = piece


def _hash(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{len(files[path])}\0".encode() + files[path])
    return digest.hexdigest()


# ---------------------------------------------------------------- what must hold


def cut_power(template: Path, folder: Path, verb: str, some: Callable[[list[Left]], list[Left]]) -> int:
    """Do a verb, cut the power at its moments, and look at some of what may be left; gives how many.

    Each time: both homes open and are sound, every sync file under a final name is whole, what was said to be
    done is done, and what was not can be done.
    """
    root = folder / "homes"
    exchange = Exchange.copied(template, root)
    VERBS[verb].before(exchange)
    exchange.close()
    folders = [path for path in root.rglob("*") if path.is_dir()]
    left = disks(traced(verb, root))
    whole = {path: path.read_bytes() for path in root.rglob("*.fieldsync")}
    for disk in (chosen := some(left)):
        shutil.rmtree(root)
        for path in folders:
            path.mkdir(parents=True)
        for path, content in disk.files.items():
            if not path.endswith("-shm"):  # it lies in memory
                Path(path).write_bytes(content)
        found = {path: path.read_bytes() for path in root.rglob("*.fieldsync")}
        assert found.items() <= whole.items(), f"a half file after {disk.how}"
        assert not disk.done or found == whole, f"a file is missing after {disk.how}"
        _look(root, verb, disk)
    return len(chosen)


def _look(root: Path, verb: str, disk: Left) -> None:
    exchange = Exchange(root)
    try:
        for side in (exchange.centre, exchange.hq):
            look_sound(side.home)
        exchange.centre.outbox.tidy()
        for batch in exchange.centre.outbox.batches(exchange.centre.actor):
            assert all(part.path.is_file() for part in batch.parts), disk.how
        if not disk.done and VERBS[verb].undone(exchange):
            VERBS[verb].act(exchange)
        assert VERBS[verb].done(exchange), disk.how
    finally:
        exchange.close()


def main(verb: str, root: Path) -> None:
    """The program that is traced."""
    exchange = Exchange(root)
    print("begun", flush=True)
    VERBS[verb].act(exchange)
    print("done", flush=True)
    exchange.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
