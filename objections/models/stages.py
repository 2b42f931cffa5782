from collections.abc import Iterable

from django.db import models
from simple_history.models import HistoricalRecords


class CollateralStageQuerySet(models.QuerySet):
    def called(self, names: Iterable[str]) -> list["CollateralStage"]:
        """The stages of these names, however they are capitalised; makes those that are not there."""
        known = {stage.name.casefold(): stage for stage in self.all()}
        return [known.get(name.casefold()) or self.get_or_create(name=name)[0] for name in names]


class CollateralStage(models.Model):
    """A stage of a deal, by the name a company gives it, that pieces of collateral are for."""

    name = models.CharField(max_length=80, unique=True)

    objects = CollateralStageQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class OneRecord(HistoricalRecords):
    """A history in which the lists that are set after a row was saved belong to the record of that saving."""

    def m2m_changed(self, instance, action, attr, pk_set, reverse, **_):
        record = getattr(instance, self.manager_name).first() if action.startswith("post_") else None
        if record:
            for field in record._history_m2m_fields:
                self.m2m_models[field].objects.filter(history=record).delete()
            self.create_historical_record_m2ms(record, instance)
