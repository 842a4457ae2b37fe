"""A real PostgreSQL server on loopback for the tests that need one."""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

NOTHING_KEPT = "-c fsync=off -c full_page_writes=off"
"""A server that goes with the tests need not outlive a power cut."""


def _program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name) or name


def _as_server(*command: str) -> None:
    """initdb refuses root, so root hands it to the server's own account."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/")


@contextmanager
def server(settings: str = "") -> Iterator[str]:
    """Run a server in a folder of its own, with more settings; gives the URL of its superuser's database."""
    folder = Path(tempfile.mkdtemp(prefix="fieldapp-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    rows = folder / "rows"
    _as_server(
        _program("initdb"), "-D", str(rows), "-U", "fieldapp", "-A", "trust", "-E", "UTF8", "--no-sync"
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {settings}"
    log = str(folder / "log")
    _as_server(_program("pg_ctl"), "-D", str(rows), "-w", "-l", log, "-o", options, "start")
    try:
        yield f"postgresql+psycopg://fieldapp@127.0.0.1:{port}/postgres"
    finally:
        _as_server(_program("pg_ctl"), "-D", str(rows), "-m", "immediate", "stop")
        shutil.rmtree(folder)


def new_database(url: str, template: str = "") -> str:
    """The URL of a new database on that server: empty, or a copy of the one whose URL the template is."""
    name = f"t{uuid.uuid4().hex}"
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        copied = sa.make_url(template).database if template else "template1"
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {copied}"))
    engine.dispose()
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)
