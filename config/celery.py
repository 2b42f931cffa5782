import os

from celery import Celery

from config.heart import Heart
from config.sweeper import Sweeper

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("closed_loop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].update({Heart, Sweeper})
