"""House rules that no tool knows. The arrows between the rooms are import-linter's (pyproject.toml)."""

import ast
import itertools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = sorted((ROOT / "fieldapp").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MADE_BY_TOOLS = {"out", "build", "dist", "__pycache__"}


def nodes(files: list[Path], *kinds: type[ast.AST], among: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Every node of these kinds, with where it stands: 'fieldapp/cli.py:12'.

    among: a pattern; a file in which nothing fits it need not be parsed.
    """
    for path in files:
        source = path.read_text("utf-8")
        if not re.search(among, source):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, kinds):
                yield f"{path.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 0)}", node


def called(node: ast.AST) -> str:
    """The last name of what a call calls: `shutil.copy(...)` is 'copy'."""
    assert isinstance(node, ast.Call)
    return getattr(node.func, "attr", "") or getattr(node.func, "id", "")


def our_files() -> Iterator[Path]:
    """Every file of the tree that no tool has made."""
    for path in sorted(ROOT.rglob("*")):
        folders = path.relative_to(ROOT).parts[:-1]
        if MADE_BY_TOOLS & set(folders) or any(f.startswith(".") and f != ".ci" for f in folders):
            continue
        if path.is_file() and path.suffix != ".mo":
            yield path


# ---------------------------------------------------------------- the database


def test_nobody_opens_the_database_but_the_database():
    """A second open() and close() of a live SQLite file drops this process's locks on it."""
    reading = {
        "open",
        "read_bytes",
        "read_text",
        "write_bytes",
        "copy",
        "copy2",
        "copyfile",
        "move",
        "file_digest",
    }
    database = r"fieldapp\.db|\bdatabase_(path|file)\b"
    offenders = [
        where
        for where, call in nodes(PROGRAM, ast.Call, among=database)
        if called(call) in reading and re.search(database, ast.unparse(call))
    ]
    assert offenders == []


def test_nobody_uses_qts_own_database_layer():
    imports = nodes(PROGRAM + TESTS, ast.Import, ast.ImportFrom, among="QtSql")
    assert [where for where, node in imports if "QtSql" in ast.unparse(node)] == []


# ---------------------------------------------------------------- the domain


def test_the_domain_has_no_clock():
    domain = [path for path in PROGRAM if "domain" in path.parts]
    clocks = {"now", "utcnow", "today"}
    assert [where for where, call in nodes(domain, ast.Call) if called(call) in clocks] == []


# ---------------------------------------------------------------- sentences


def is_a_message(node: ast.expr) -> bool:
    """A literal, a choice between two, or a label or heading that was declared as one (Field, Code)."""
    if isinstance(node, ast.IfExp):
        return is_a_message(node.body) and is_a_message(node.orelse)
    if isinstance(node, ast.Attribute):
        return node.attr in {"label", "short", "heading"}
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_text_is_a_literal_that_can_be_translated():
    """An f-string, a format() or a variable as msgid would never be found in the catalogue."""
    offenders = [
        f"{where}: {ast.unparse(call)}"
        for where, call in nodes(PROGRAM, ast.Call, among=r"\bText\b")
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Text"
        if not is_a_message(call.args[0])
    ]
    assert offenders == []


# ---------------------------------------------------------------- names


def test_no_module_class_or_function_has_a_name_that_says_nothing():
    empty = {"manager", "helper", "helpers", "utils", "handler", "data", "info", "process"}
    offenders = [str(path.relative_to(ROOT)) for path in PROGRAM if path.stem in empty]
    for where, node in nodes(PROGRAM, ast.ClassDef, ast.FunctionDef):
        assert isinstance(node, ast.ClassDef | ast.FunctionDef)
        qt_override = node.name == "data" and where.startswith("fieldapp/ui/")
        vague = node.name in empty or re.search(r"(Manager|Helper|Utils|Handler|Info)$", node.name)
        if (vague or node.name in {"Session", "Event", "Transaction"}) and not qt_override:
            offenders.append(f"{where}: {node.name}")
    assert offenders == []


# ---------------------------------------------------------------- the tree


def test_no_file_names_a_machine_or_a_registry():
    # Put together here, so that this file does not name them either.
    places = "|".join(["/" + "work/", "/" + "root/", r"\.\./" + "shared", "/tmp/" + "bash_jobs"])
    registries = "|".join(
        ["py" + r"pi\.org", "pythonhosted" + r"\.org", r"npm" + r"js\.org", "index" + "-url"]
    )
    forbidden = re.compile(rf"(^|[^a-z])({places})|{registries}".encode(), re.MULTILINE)
    offenders = [
        f"{path.relative_to(ROOT)}: {found.group()!r}"
        for path in our_files()
        if (found := forbidden.search(path.read_bytes()))
    ]
    assert offenders == []


def test_the_lock_holds_every_dependency_in_a_version_that_is_allowed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *itertools.chain(*project["optional-dependencies"].values())]
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    locked = dict(re.findall(r"^([a-z0-9.-]+)==([^ ;]+)", lock, re.MULTILINE))
    for line in wanted:
        requirement = Requirement(line)
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        assert requirement.specifier.contains(locked[name]), f"{line}, but the lock has {locked[name]}"
    assert not re.search(r"https?:|file:|^--", lock, re.MULTILINE)


# ---------------------------------------------------------------- the tests themselves


def test_tests_wait_for_facts_and_leave_nothing_out():
    """A benchmark is no test: a worn disk or an even typist is a wait, and is written as one."""
    forbidden = {"sleep", "wait", "skip", "skipif", "importorskip"}
    offenders = [
        f"{where}: {ast.unparse(call)}"
        for where, call in nodes(TESTS, ast.Call, among="|".join(forbidden))
        if called(call) in forbidden
        and re.match(r"(time|qtbot|QTest|pytest)\b", ast.unparse(call))
        and not where.startswith("tests/bench/")
    ]
    mocks = [
        where
        for where, node in nodes(TESTS, ast.Import, ast.ImportFrom, among=r"\bmock\b")
        if re.search(r"\bmock\b", ast.unparse(node))
    ]
    assert offenders + mocks == []
