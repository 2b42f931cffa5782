"""Histories that hold changes only. Signing in saves a person too, and that is nobody's business afterwards."""

from django.db import models
from simple_history.models import HistoricalRecords

BEFORE = "as it stood before its first recorded change"


class ChangesOnly(HistoricalRecords):
    """A history with a row only where a recorded field changed, whichever fields were saved.

    Rows that are older than their history get one more row at their first change, with what stood before.
    """

    def finalize(self, sender, **kwargs):
        super().finalize(sender, **kwargs)
        if sender is self.cls:
            models.signals.pre_save.connect(self.pre_save, sender=sender, weak=False)

    def pre_save(self, instance, raw=False, using=None, **kwargs):
        rows = type(instance)._base_manager.using(using)
        instance._stood = None if raw or instance.pk is None else rows.filter(pk=instance.pk).first()

    def post_save(self, instance, created, using=None, raw=False, update_fields=None, **kwargs):
        stood = None if created else instance._stood
        if stood and not self._differs(stood, instance, update_fields):
            return
        if stood and not self._past(stood, using).exists():
            stood._change_reason, stood._history_user = BEFORE, None
            self.create_historical_record(stood, "~", using=using)
        super().post_save(instance, created, using=using, raw=raw, **kwargs)

    def _differs(self, stood, instance, update_fields):
        fields = self.fields_included(type(instance))
        saved = [f for f in fields if update_fields is None or f.name in update_fields or f.attname in update_fields]
        return any(getattr(stood, f.attname) != getattr(instance, f.attname) for f in saved)

    def _past(self, stood, using):
        return getattr(type(stood), self.manager_name).using(using).filter(**{stood._meta.pk.attname: stood.pk})
