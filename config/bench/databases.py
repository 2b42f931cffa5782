"""Where the bench works: databases of its own, made for it and dropped after it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg

STANDARD = "postgres://postgres@127.0.0.1:5432/postgres"


@contextmanager
def sqlite() -> Iterator[dict[str, str]]:
    """The environment of a process that works on a fresh SQLite file."""
    with tempfile.TemporaryDirectory(prefix="closed-loop-bench-") as folder:
        yield {**_environment(), "DATA_DIR": folder}


@contextmanager
def postgresql(server: str) -> Iterator[dict[str, str]]:
    """The same on a fresh database of that server. Raises psycopg.OperationalError when nothing answers there."""
    name = f"closed_loop_bench_{os.getpid()}"
    with (
        tempfile.TemporaryDirectory(prefix="closed-loop-bench-") as folder,
        psycopg.connect(server, autocommit=True, connect_timeout=5) as admin,
    ):
        admin.execute(f"CREATE DATABASE {name}")
        try:
            url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
            yield {**_environment(), "DATA_DIR": folder, "DATABASE_URL": url}
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def postgresql_server() -> str:
    """BENCH_POSTGRES, else what the portal itself uses, else the standard port of this machine."""
    own = os.environ.get("DATABASE_URL", "")
    return os.environ.get("BENCH_POSTGRES") or (own if own.startswith("postgres") else STANDARD)


def _environment() -> dict[str, str]:
    """Ours without what would lead elsewhere."""
    return {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DATA_DIR")}
