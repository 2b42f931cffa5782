from django.core.management.base import BaseCommand, CommandError

from feedback.metrics import number_of
from feedback.models import Pack
from feedback.packs import differences


class Command(BaseCommand):
    help = "Checks every pack of a closed meeting against its checksum; exits 1 and names what differs."

    def handle(self, *args, **options):
        checked = altered = 0
        for pack in Pack.objects.select_related("meeting").order_by("meeting__first_day", "version").iterator():
            checked += 1
            found = differences(pack)
            altered += bool(found)
            if found:
                self.stdout.write(f"{pack.meeting.period_words}, version {pack.version}: {', '.join(found)} altered")
        if altered:
            raise CommandError(f"{altered} of {number_of(checked, 'pack')} differ from what was closed.")
        self.stdout.write(f"{number_of(checked, 'pack')} verified")
