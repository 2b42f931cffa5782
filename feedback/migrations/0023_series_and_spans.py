"""Meetings of any span of days, and series of them. What had a month has its first and last day now."""


from datetime import time, timedelta

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


def fill(apps, schema_editor):
    for meeting in apps.get_model("feedback", "Meeting").objects.all():
        meeting.last_day = _end_of_month(meeting.first_day)
        meeting.save(update_fields=["last_day"])


def refuse_other_spans(apps, schema_editor):
    """Backwards a meeting is of a month again: what is none has no place there, nor has a second one of a month."""
    months = set()
    for meeting in apps.get_model("feedback", "Meeting").objects.all():
        if meeting.first_day.day != 1 or meeting.last_day != _end_of_month(meeting.first_day):
            days = f"{meeting.first_day} to {meeting.last_day}"
            raise RuntimeError(f"Meeting {meeting.pk} looks back at {days}, which is no month. It would be lost.")
        if meeting.first_day in months:
            raise RuntimeError(f"Meeting {meeting.pk} is the second of {meeting.first_day:%B %Y}. It would be lost.")
        months.add(meeting.first_day)


def _end_of_month(day):
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0021_company_colour"),
        ("feedback", "0022_meeting_attendees"),
        ("feedback", "0027_prepared_sections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(name="meeting", options={"ordering": ["-first_day", "-id"]}),
        migrations.RemoveConstraint(model_name="meeting", name="meeting_month_is_first_day"),
        migrations.RenameField(model_name="meeting", old_name="month", new_name="first_day"),
        migrations.AlterField(model_name="meeting", name="first_day", field=models.DateField()),
        migrations.AddField(model_name="meeting", name="last_day", field=models.DateField(null=True)),
        migrations.RunPython(fill, refuse_other_spans),
        migrations.AlterField(model_name="meeting", name="last_day", field=models.DateField()),
        migrations.AddField(
            model_name='meeting',
            name='held_at',
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='meeting',
            name='minutes',
            field=models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(600)]),
        ),
        migrations.AddField(
            model_name='meeting',
            name='place',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='meeting',
            name='reminded_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name='ActionUpdate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300, verbose_name='how it stands')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='updates', to='feedback.action')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalSeries',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('every', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)])),
                ('unit', models.CharField(choices=[('months', 'months'), ('weeks', 'weeks')], default='months', max_length=10)),
                ('starts_on', models.DateField()),
                ('business_day', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)])),
                ('held_at', models.TimeField(default=time(10))),
                ('minutes', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(600)])),
                ('place', models.CharField(blank=True, max_length=200)),
                ('is_on', models.BooleanField(default=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('facilitator', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical series',
                'verbose_name_plural': 'historical series',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Invite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(max_length=200)),
                ('sequence', models.PositiveIntegerField()),
                ('method', models.CharField(choices=[('REQUEST', 'invited'), ('CANCEL', 'taken off')], max_length=10)),
                ('event', models.JSONField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('held_until', models.DateTimeField(null=True)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('outcome', models.CharField(blank=True, choices=[('sent', 'Sent'), ('no mail', 'No mail is set up'), ('refused', 'The mail server refused it')], max_length=8)),
                ('meeting', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invites', to='feedback.meeting')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('every', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)])),
                ('unit', models.CharField(choices=[('months', 'months'), ('weeks', 'weeks')], default='months', max_length=10)),
                ('starts_on', models.DateField()),
                ('business_day', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)])),
                ('held_at', models.TimeField(default=time(10))),
                ('minutes', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(600)])),
                ('place', models.CharField(blank=True, max_length=200)),
                ('is_on', models.BooleanField(default=True)),
                ('made_until', models.DateField(editable=False, null=True)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('attendees', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('facilitator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'series',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.AddField(
            model_name='meeting',
            name='series',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='feedback.series'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('first_day__lte', models.F('last_day'))), name='meeting_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(fields=('series', 'first_day'), name='meeting_once_in_series'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(condition=models.Q(('series', None)), fields=('first_day', 'last_day'), name='meeting_once_without_series'),
        ),
        migrations.AddConstraint(
            model_name='invite',
            constraint=models.UniqueConstraint(fields=('uid', 'person', 'sequence'), name='invite_once'),
        ),
        migrations.AddConstraint(
            model_name='invite',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'sent', 'no mail', 'refused'])), name='invite_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.CheckConstraint(condition=models.Q(('unit', 'weeks'), ('starts_on__day__lte', 28), _connector='OR'), name='series_starts_on_day_of_any_month'),
        ),
    ]
