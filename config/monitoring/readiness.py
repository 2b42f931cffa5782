"""Whether the portal can do its work: what it stands on, asked at most every two seconds."""

from functools import cache

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway

from config.backup import unfinished
from config.celery import app
from config.models import Heartbeat
from config.monitoring.remembered import Remembered

Check = dict[str, object]
PATIENCE = 2  # seconds for the broker to answer


def fine(**more) -> Check:
    return {"state": "ok", **more}


def wrong(says: str, **more) -> Check:
    return {"state": "wrong", "says": says, **more}


def _checks() -> dict[str, Check]:
    """Name → {"state": "ok" | "wrong" | "not used", "says": …}. Says nothing that a stranger may not know."""
    try:
        checks = {"database": _database(), "migrations": _migrations(), "worker": _worker()}
    except Error:
        away = wrong("the database cannot be asked")
        checks = {"database": away, "migrations": away, "worker": away}
    return {**checks, "broker": _broker(), "restore": wrong(unfinished.WORDS) if unfinished.is_left() else fine()}


checks = Remembered(_checks, seconds=2)


def _database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return fine()


@cache
def _on_disk() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def _migrations() -> Check:
    missing = len(_on_disk() - set(MigrationRecorder(connection).applied_migrations()))
    return wrong(f"{missing} to apply: manage.py migrate") if missing else fine()


def _worker() -> Check:
    last = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    if last is None:
        return wrong("no worker is running")
    age = round((timezone.now() - last).total_seconds())
    if not Heartbeat.objects.fresh().exists():
        return wrong("no worker has been heard of lately", age_seconds=age)
    return fine(age_seconds=age)


def _broker() -> Check:
    if settings.EMBEDDED_WORKER:
        return {"state": "not used"}
    try:
        with app.connection_for_write(connect_timeout=PATIENCE) as broker:
            broker.ensure_connection(max_retries=1, timeout=PATIENCE, interval_start=0)
    except (BrokerAway, OSError):
        return wrong("the broker cannot be reached")
    return fine()
