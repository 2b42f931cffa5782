"""The portal's processes, each started as `manage.py up` does, so that a test can kill them one by one."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import redis
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.db import connection

from config.management.commands.up import commands
from tests.worker import ROOT, environment, wait_until


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


NAME = "portal"  # of its connections, so that a test can end them and not its own


class Broker:
    """A Redis of the test's own that keeps nothing on disk: killed, it forgets every message."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process = None

    def start(self):
        command = [shutil.which("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--dir", str(self.folder), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self._answers)

    def _answers(self):
        with redis.Redis(port=self.port) as client:
            try:
                return client.ping()
            except redis.ConnectionError:
                return False

    def drop_connections(self):
        with redis.Redis(port=self.port) as client:
            for kind in ("normal", "pubsub"):
                client.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")

    def kill(self):
        self.process.kill()
        self.process.wait()


class Portal:
    """Web server, worker and, beside a broker, beat; `log` is what they say."""

    def __init__(self, folder, queue, broker=None):
        self.broker, self.folder = broker, folder
        self.log = folder / "log"
        self.port = settings.PORT
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = environment(queue) | {"PORT": str(self.port), "HOST": "127.0.0.1"}
        if connection.vendor == "postgresql":
            self.environment["DATABASE_URL"] += f"?application_name={NAME}"
        if broker:
            self.environment["CELERY_BROKER_URL"] = broker.url
        self.commands = dict(zip(("web", "worker", "beat"), commands(), strict=False))
        self.processes = {}

    def manage(self, *arguments, **options):
        """A `manage.py` command in this portal's environment, started."""
        command = [sys.executable, "manage.py", *arguments]
        return self._popen(command, **options)

    def start(self, part):
        self.processes[part] = self._popen(self.commands[part])

    def kill(self, part):
        """Kills a part and all below it at once, as a machine that loses power does."""
        process = self.processes[part]
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_below(self, part):
        """Kills one process that the part itself started and has to replace."""
        below = children_of(self.processes[part].pid)
        if below:
            os.kill(below[0], signal.SIGKILL)

    def wait_for_web(self):
        def is_served():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0

        wait_until(is_served)

    def _popen(self, command, **options):
        with self.log.open("a") as out:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment, start_new_session=True, stdout=out, stderr=out, **options
            )


@contextmanager
def running(portal):
    """Everything up within the block, nothing left behind after it."""
    if portal.broker:
        portal.broker.start()
    name_static_files()
    try:
        for part in portal.commands:
            portal.start(part)
        portal.wait_for_web()
        yield portal
    finally:
        for part in portal.processes:
            portal.kill(part)
        if portal.broker:
            portal.broker.kill()


def name_static_files():
    """What `collectstatic` would write down, without compressing: pages only need the names."""
    names = {name: name for finder in get_finders() for name, _ in finder.list(None)}
    manifest = {"paths": names, "version": "1.1", "hash": ""}
    (settings.STATIC_ROOT / "staticfiles.json").write_text(json.dumps(manifest))


def children_of(pid):
    """Process ids right below `pid`."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def pause(seconds):
    """Lets time pass that a fault takes: the one thing here that cannot be waited for by asking."""
    time.sleep(seconds)
