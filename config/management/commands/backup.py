from pathlib import Path

from django.core.management import BaseCommand, CommandError

from config.backup.taking import Refused, take_backup


class Command(BaseCommand):
    help = (
        "Writes the whole portal into a new directory while it goes on running: every row of one moment, every upload "
        "that a row names, and a manifest. Exits 0 when it is whole, 1 when none was written, 3 when it was written "
        "but rows name uploads that do not exist."
    )

    def add_arguments(self, parser):
        parser.add_argument("directory", metavar="DIR", type=Path, help="must not exist yet, or be empty")

    def handle(self, directory, **options):
        try:
            taken = take_backup(directory.absolute())
        except (Refused, OSError) as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{taken.rows} rows and {taken.uploads} uploads in {directory}")
        if taken.missing:
            lines = "\n".join(f"  {name}" for name in taken.missing)
            raise CommandError(f"These uploads are named by rows, but do not exist:\n{lines}", returncode=3)
