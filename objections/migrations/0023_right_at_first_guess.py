from django.db import migrations, models

from feedback.taxonomy import seed_definitions


def define(apps, schema_editor):
    seed_definitions(apps)


def undefine(apps, schema_editor):
    apps.get_model("feedback", "Definition").objects.filter(slug="right-at-first-guess").delete()


class Migration(migrations.Migration):

    dependencies = [
        ("feedback", "0024_agendas"),
        ("objections", "0022_presumptions"),
    ]

    operations = [
        migrations.RunPython(define, undefine),
        migrations.AddField(
            model_name="learning",
            name="through_lens",
            field=models.BooleanField(default=False, help_text="Whether the placements were seen through the lens."),
        ),
    ]
