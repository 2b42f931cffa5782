from django.db import migrations


def without_discarded(apps, schema_editor):
    """On the way back: the former release knows no discarded draft, and of two a later one could not tell which is live."""
    model = {name: apps.get_model("feedback", name) for name in ("Taxonomy", "Destination", "Reason", "Category")}
    drafts = model["Taxonomy"].objects.filter(discarded_at__isnull=False)
    discarded = list(drafts.values_list("pk", flat=True))
    rows = [model[name].objects.filter(taxonomy__in=discarded) for name in ("Destination", "Reason", "Category")]
    for each in rows:
        each.update(replaced_by=None)
    # Raw, since nothing else refers to them and models of a migration do not all know each other.
    model["Reason"].objects.filter(taxonomy__in=discarded, parent__isnull=False)._raw_delete("default")
    for each in [*rows, drafts]:
        each._raw_delete("default")


class Migration(migrations.Migration):
    dependencies = [("feedback", "0014_competitors_and_exclusion_rules")]

    operations = [migrations.RunPython(migrations.RunPython.noop, without_discarded)]
