import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PERSON = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": settings.AUTH_USER_MODEL}
ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [("feedback", "0023_series_and_spans")]

    operations = [
        migrations.AddField("decision", "changed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("decision", "changed_by", models.ForeignKey(blank=True, null=True, **PERSON)),
        migrations.CreateModel(
            name="AgendaSection",
            fields=[
                ID,
                ("key", models.CharField(max_length=40)),
                ("position", models.PositiveIntegerField()),
                ("title", models.CharField(blank=True, max_length=80)),
                ("prompt", models.TextField(blank=True, max_length=500, verbose_name="what to talk about")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(240),
                        ],
                    ),
                ),
                ("is_left_out", models.BooleanField(default=False)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("seconds_used", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                ("changed_by", models.ForeignKey(blank=True, null=True, **PERSON)),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agenda",
                        to="feedback.meeting",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("meeting", "key"), name="agenda_section_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("meeting", None)), fields=("key",), name="agenda_template_section_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ID,
                ("since", models.DateTimeField(blank=True, null=True)),
                ("led_by", models.ForeignKey(**PERSON)),
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="clock", to="feedback.meeting"
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="feedback.agendasection"
                    ),
                ),
            ],
        ),
        # The table of picked deals stays as it is, with all its rows, and gets a column for their order.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Discussion",
                    fields=[
                        ID,
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="discussions",
                                to="feedback.meeting",
                            ),
                        ),
                        (
                            "opportunity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="discussions",
                                to="feedback.opportunity",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "feedback_meeting_opportunities",
                        "unique_together": {("meeting", "opportunity")},
                    },
                ),
                migrations.AlterField(
                    "meeting",
                    "opportunities",
                    models.ManyToManyField(
                        blank=True, related_name="+", through="feedback.Discussion", to="feedback.opportunity"
                    ),
                ),
            ],
        ),
        migrations.AddField("discussion", "position", models.PositiveIntegerField(default=0)),
        migrations.AlterModelOptions("discussion", {"ordering": ["position", "id"]}),
    ]
