import ctypes
import signal
import socket
import subprocess
import sys
import time

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.urls import reverse

from config.backup import unfinished
from feedback.actions.people import open_first_run
from objections.demo import sign_ins

STOP_AFTER = 20  # seconds a child gets to end by itself


class Command(BaseCommand):
    help = "Brings the portal up: database, static files, web server and worker. Ctrl C stops everything."

    def handle(self, **options):
        _refuse_taken_port()
        if unfinished.is_left():
            raise CommandError(f"Not started: {unfinished.WORDS}.")
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        children = [_start(command) for command in commands()]
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _leave)
        try:
            _wait_until_served(children)
            self._say_where()
            while all(child.poll() is None for child in children):
                time.sleep(0.5)
            raise CommandError(
                "A part of the portal ended by itself, so the rest was stopped too. See the lines above."
            )
        except _Leave:
            self.stdout.write("Stopping.")
        finally:
            _stop(children)

    def _say_where(self):
        address = f"http://{settings.HOST}:{settings.PORT}"
        self.stdout.write(self.style.SUCCESS(f"\nClosed Loop is up at {address}"))
        token = open_first_run()
        if token:
            self.stdout.write("Nobody can sign in yet. Open this link once to make the first admin:")
            self.stdout.write(f"  {address}{reverse('feedback:first_run', args=[token])}")
        for line in sign_ins():
            self.stdout.write(f"  {line}")
        self.stdout.write("Ctrl C stops it.\n")
        self.stdout.flush()


class _Leave(Exception):
    """A signal asked for the end."""


def _leave(number, frame):
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)  # once is enough
    raise _Leave


def commands():
    """The web server and the worker; with a broker of its own also beat, which sweeps for lost work."""
    celery = [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "-A", "config"]
    quiet = ["--loglevel", "WARNING"]
    yield [
        *(sys.executable, "-m", "granian", "config.wsgi:application", "--interface", "wsgi"),
        *("--host", settings.HOST, "--port", str(settings.PORT), "--workers", "1", "--blocking-threads", "4"),
        *("--log-level", "warning", "--respawn-failed-workers", "--no-ws"),
    ]
    pool = ["-P", "threads", "-c", "2"] if settings.EMBEDDED_WORKER else ["-c", "2"]
    alone = ["--without-gossip", "--without-mingle"]
    yield [*celery, "worker", *pool, *alone, *quiet]
    if not settings.EMBEDDED_WORKER:
        yield [*celery, "beat", *quiet, "--schedule", str(settings.DATA_DIR / "beat"), "--pidfile", ""]


def _start(command):
    return subprocess.Popen(command, cwd=settings.BASE_DIR, preexec_fn=_end_with_parent)  # noqa: S603, PLW1509


def _end_with_parent():
    """On Linux the kernel ends the child when this process is killed, so that nothing is left behind."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl C reaches the whole group; the parent passes it on in order


def _stop(children):
    for child in children:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + STOP_AFTER
    for child in children:
        try:
            child.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _refuse_taken_port():
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, settings.PORT))
        except OSError:
            raise CommandError(
                f"Port {settings.PORT} on {settings.HOST} is taken. Stop what runs there, "
                "or choose another: PORT=8001 make up"
            ) from None


def _wait_until_served(children):
    until = time.monotonic() + 60
    while time.monotonic() < until and all(child.poll() is None for child in children):
        with socket.socket() as probe:
            if probe.connect_ex((settings.HOST, settings.PORT)) == 0:
                return
        time.sleep(0.1)
    raise CommandError("The web server did not start. See the lines above.")
