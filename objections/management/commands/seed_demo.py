import time

from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from feedback.jobs import run_job
from feedback.models import Job, User
from objections.actions.themes import start_build
from objections.demo import NAME, is_demo
from objections.demo.guesses import guess_back
from objections.demo.seeding import NotEmpty, seed
from objections.models import Build, Learning, Objection
from objections.theming.learning import learn


class Command(BaseCommand):
    help = "Fills an empty portal with the demo company. Where it is there already, nothing changes."

    def handle(self, **options):
        began = time.monotonic()
        if is_demo():
            self.stdout.write(f"The demo company {NAME} is here already; nothing was changed.")
        else:
            self._seed()
        if not Build.objects.exclude(ended_at=None).exists():
            self._build()
        if not Learning.objects.exists():
            self._learn()
        self.stdout.write(f"Done in {time.monotonic() - began:.0f} s.")

    def _seed(self):
        try:
            seed(timezone.localdate(), say=self._say)
        except NotEmpty as refusal:
            raise CommandError(str(refusal)) from None
        self._say("written down")

    def _build(self):
        """What the theme builder proposes, for marketers to decide; it also stores the vector of every objection."""
        self._say(f"reading {Objection.objects.live().count()} objections for themes")
        build = start_build(by=User.objects.filter(role="marketer").order_by("id").first())
        run_job(build.job_id)
        job = Job.objects.get(pk=build.job_id)
        if job.error:
            raise CommandError(f"The themes could not be built: {job.error}")
        self._say(f"{build.proposals.count()} proposals")

    def _learn(self):
        """As if the portal had been there while people placed, and had learned from it every night."""
        self._say(f"guessed back {guess_back()} placements by people")
        keep = learn()
        with transaction.atomic():
            keep()

    def _say(self, line):
        self.stdout.write(f"  {line}")
        self.stdout.flush()
