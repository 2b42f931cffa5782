import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def without_renames(apps, schema_editor):
    """Backwards: the names they gave stay with the themes and their history; a build proposes the open ones again."""
    apps.get_model("objections", "Proposal").objects.filter(kind="rename").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("objections", "0006_learning"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="proposal",
            name="proposal_kind_known",
        ),
        migrations.RunPython(migrations.RunPython.noop, without_renames),
        migrations.AddField(
            model_name="build",
            name="in_groups",
            field=models.PositiveIntegerField(default=0, help_text="What stood in a theme or was proposed for one."),
        ),
        migrations.AddField(
            model_name="build",
            name="in_themes",
            field=models.PositiveIntegerField(default=0, help_text="Of those read, what stood in a theme."),
        ),
        migrations.AddField(
            model_name="build",
            name="phases",
            field=models.JSONField(default=list, help_text="What it did one after the other: [words, seconds]."),
        ),
        migrations.AddField(
            model_name="build",
            name="same_as",
            field=models.ForeignKey(
                blank=True,
                help_text="Nothing had changed since this build: its proposals stand.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="objections.build",
            ),
        ),
        migrations.AddField(
            model_name="build",
            name="stands_on",
            field=models.JSONField(
                default=dict, help_text="What it read, by kind: a hash and how many. Equal ones give equal proposals."
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="again",
            field=models.CharField(
                blank=True, help_text="Why it is asked although its like was rejected.", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="confidence",
            field=models.FloatField(
                blank=True,
                help_text="Share of its like that were right on labelled notes, 0 to 1; empty: unknown.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                help_text="The open one of the build before that it repeats.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="followed_by",
                to="objections.proposal",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="gone",
            field=models.CharField(
                blank=True, help_text="Why it is out of date and no other follows it.", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="nearest",
            field=models.ForeignKey(
                blank=True,
                help_text="The voice of the other theme that is nearest to its own.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="objections.objection",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="was",
            field=models.CharField(blank=True, help_text="The name before it was renamed.", max_length=120),
        ),
        migrations.AlterField(
            model_name="proposal",
            name="kind",
            field=models.CharField(
                choices=[
                    ("new", "New theme"),
                    ("move", "Place in theme"),
                    ("merge", "Merge themes"),
                    ("split", "Split theme"),
                    ("rename", "Rename theme"),
                    ("retire", "Retire theme"),
                ],
                max_length=6,
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["new", "move", "merge", "split", "rename", "retire"])),
                name="proposal_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confidence", None), models.Q(("confidence__gte", 0), ("confidence__lte", 1)), _connector="OR"
                ),
                name="proposal_confidence_share",
            ),
        ),
    ]
