"""Says of each notification there is which kind it is of, by how its key begins and, for moves, how its title ends."""

from django.db import migrations
from django.db.models import Q

KINDS = [  # the first that fits
    ("published", Q(key__startswith="publication-")),
    ("sign-off", Q(key__startswith="request-move-", title__endswith=" waits for your sign-off")),
    ("signed-off", Q(key__startswith="request-move-", title__endswith=" needs changes")),
    ("declined", Q(key__startswith="request-move-", title__endswith=" was declined")),
    ("result", Q(key__startswith="request-move-", title__endswith=" worked")),
    ("result", Q(key__startswith="request-move-", title__endswith=" had no effect")),
    ("result", Q(key__startswith="request-move-", title__endswith=" whether it worked")),
    ("moved", Q(key__startswith="request-move-")),
    ("signed-off", Q(key__startswith="sign-off-")),
    ("mention", Q(key__startswith="comment-", title__contains=" mentioned you on ")),
    ("comment", Q(key__startswith="comment-")),
    ("stale", Q(key__startswith="stale-")),
    ("handed", Q(key__startswith="handed:")),
    ("promised", Q(key__startswith="action:")),
    ("forged-mail", Q(key__startswith="mail-address-")),
    ("mail", Q(key__startswith="mail-")),
    ("work", Q(key__startswith="map-") | Q(key__startswith="build-")),
]


def say_kinds(apps, schema_editor):
    rows = apps.get_model("feedback", "Notification").objects.using(schema_editor.connection.alias)
    for kind, told in KINDS:
        rows.filter(told, kind="").update(kind=kind)


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0019_notification_choices_and_webhooks'),
    ]

    operations = [
        migrations.RunPython(say_kinds, migrations.RunPython.noop),
    ]
