"""A process whose system gives no random numbers any more, as on a computer whose generator fails."""

import ctypes
import errno
import platform
from pathlib import Path

from fieldapp.domain.errors import EnvironmentProblem
from tests.faults.full_disk import VERBS
from tests.forked import done
from tests.sync.exchange import Exchange

_GETRANDOM = {"x86_64": 318, "aarch64": 278}
_NO_NEW_RIGHTS, _SECCOMP, _FILTER = 38, 22, 2  # linux/prctl.h, linux/seccomp.h
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # linux/filter.h
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("then", ctypes.c_uint8),
        ("other", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def end_chance() -> None:
    """From now on the system call that gives random bytes fails for this process."""
    wanted = (
        (_LOAD, 0, 0, 0),
        (_IF_EQUAL, 0, 1, _GETRANDOM[platform.machine()]),
        (_RETURN, 0, 0, _FAIL | errno.EIO),
        (_RETURN, 0, 0, _ALLOW),
    )
    steps = (_Step * len(wanted))(*(_Step(*one) for one in wanted))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(_NO_NEW_RIGHTS, 1, 0, 0, 0) == 0
    assert libc.prctl(_SECCOMP, _FILTER, ctypes.byref(_Filter(len(wanted), steps)), 0, 0) == 0


def outcome(verb: str, root: Path) -> str:
    """What a process of its own says at last: 'done', or the code of what it was refused with."""
    left = done(run, verb, root)
    assert left.status == 0, left.err
    begun, last = left.out.split()
    assert begun == "begun"
    return last


def run(verb: str, root: Path) -> None:
    """Do the verb; says 'begun', and 'done' or the code of what it was refused with."""
    exchange = Exchange(root)
    print("begun", flush=True)
    end_chance()
    try:
        VERBS[verb].act(exchange)
        print("done", flush=True)
    except EnvironmentProblem as problem:
        print(problem.code, flush=True)
