from django.db import migrations

from objections.seeds import seed_themes


def forwards(apps, schema_editor):
    seed_themes(apps)


class Migration(migrations.Migration):
    dependencies = [("objections", "0001_initial"), ("feedback", "0002_seed")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
