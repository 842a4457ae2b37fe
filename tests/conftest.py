"""What holds for every test. (Warnings are errors: pyproject.toml.)"""

import ast
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

# Qt reads this once, at the first PySide6 import; without a screen and without it the process aborts.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from fieldapp.homes import OpenHome, new_centre, new_hq, open_home
from fieldapp.storage.database import open_postgresql, upgrade
from fieldapp.storage.migrations import NEWEST
from fieldapp.storage.state import Centre
from tests.postgres import NOTHING_KEPT, new_database, server

CENTRE = Centre(0, "100000000015", "प्रज्ञा केंद्र कसमार", "Pragya Kendra Kasmar", "block:322/3069")
PROGRAM = Path(__file__).resolve().parent.parent / "fieldapp"
GUIDE = {ast.Module: 400, ast.ClassDef: 250, ast.FunctionDef: 40, ast.AsyncFunctionDef: 40}


def larger_than_the_guide() -> Iterator[str]:
    """What has more lines than the guide: someone should look; it is no reason to cut a good one in two."""
    for path in sorted(set(PROGRAM.rglob("*.py")) - set(PROGRAM.rglob("versions/*.py"))):
        source = path.read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            lines = getattr(node, "end_lineno", source.count("\n")) - getattr(node, "lineno", 1) + 1
            if lines > GUIDE.get(type(node), lines):
                yield f"{path.relative_to(PROGRAM.parent)} {getattr(node, 'name', '')}: {lines} lines"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is given long to end begins first, so that at the end one worker does not wait for the other."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


def pytest_collection_finish():
    """What has been imported stays: looking through it at every collection takes a fifth of the time."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter):
    passed = terminalreporter.stats.get("passed", [])
    if any("test_architecture" in report.nodeid for report in passed):
        terminalreporter.section("larger than the guide")
        terminalreporter.write_line("\n".join(larger_than_the_guide()))


@pytest.fixture(scope="session")
def made_centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a practice home of a centre, just made, to be copied, which takes a tenth of the time."""
    folder = tmp_path_factory.mktemp("made") / "centre"
    new_centre(folder, CENTRE, practice=True).close()
    return folder


@pytest.fixture(scope="session")
def made_hq(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a practice home of a head office, just made, to be copied."""
    folder = tmp_path_factory.mktemp("made") / "hq"
    new_hq(folder, practice=True).close()
    return folder


@pytest.fixture
def centre_home(tmp_path: Path, made_centre: Path) -> Iterator[OpenHome]:
    """A practice home of a centre, just made."""
    home = open_home(shutil.copytree(made_centre, tmp_path / "centre"))
    yield home
    home.close()


@pytest.fixture
def hq_home(tmp_path: Path, made_hq: Path) -> Iterator[OpenHome]:
    """A practice home of a head office, just made."""
    home = open_home(shutil.copytree(made_hq, tmp_path / "hq"))
    yield home
    home.close()


@pytest.fixture(scope="session")
def databases() -> Iterator[Callable[[], str]]:
    """Gives the URL of a new database on a real server that has all tables and nothing in them."""
    with server(NOTHING_KEPT) as url:
        template = new_database(url)
        made = open_postgresql(template)
        upgrade(made, NEWEST)
        made.close()
        yield partial(new_database, url, template)
