from django.db import migrations

from feedback.taxonomy import seed_definitions


def define(apps, schema_editor):
    seed_definitions(apps)


def undefine(apps, schema_editor):
    apps.get_model("feedback", "Definition").objects.filter(slug="loop-steps").delete()


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0018_single_letter_keys'),
        ('objections', '0018_triage'),
    ]

    operations = [migrations.RunPython(define, undefine)]
