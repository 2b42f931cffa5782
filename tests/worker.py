"""A real worker process beside the tests, on their database and on the broker of the environment."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def environment(queue: str) -> dict[str, str]:
    """What a process of the portal needs to share the tests' database, with a queue of its own."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        user = database["USER"] + (f":{database['PASSWORD']}" if database["PASSWORD"] else "")
        url = f"postgres://{user}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    ours = {
        "DATABASE_URL": url,
        "CELERY_QUEUE": queue,
        "DATA_DIR": str(settings.DATA_DIR),
        "SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return {**os.environ, **ours}


@contextmanager
def worker(queue: str):
    """Starts `celery worker`, as `manage.py up` does, in a process group of its own; ends it with the block."""
    pool = ["-P", "threads", "-c", "2"] if settings.EMBEDDED_WORKER else ["-c", "2"]
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", *pool, "--without-gossip", "--without-mingle"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(queue),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process) -> None:
    """Kills the whole group at once, as a machine that loses power does."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(true, *, seconds: float = 60):
    """Waits for something to become true and gives it back; fails the test when it takes too long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        value = true()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError("It did not happen in time.")
