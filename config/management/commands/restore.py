from pathlib import Path

from django.core.management import BaseCommand, CommandError, call_command

from config.backup.manifest import Damaged, read_manifest
from config.backup.restoring import restore_backup
from config.backup.taking import Refused, key_print


class Command(BaseCommand):
    help = (
        "Puts a backup back, on either database, and migrates it to this release. Exits 0 when all is back and every "
        "closed meeting verified, 1 when it was refused, 4 when the backup is damaged or not whole (nothing changed in "
        "both), 5 when it is back but a closed meeting differs from what was closed."
    )

    def add_arguments(self, parser):
        parser.add_argument("directory", metavar="DIR", type=Path)
        parser.add_argument("--replace", action="store_true", help="even where there is a portal, which is lost then")
        parser.add_argument("--check", action="store_true", help="only says whether the backup is whole")

    def handle(self, directory, replace, check, **options):
        try:
            manifest = read_manifest(directory) if check else restore_backup(directory, replace=replace)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        except Damaged as damage:
            lines = "\n".join(f"  {line}" for line in damage.lines)
            raise CommandError(f"The backup is damaged, nothing was changed:\n{lines}", returncode=4) from None
        done = "Whole" if check else "Restored"
        uploads = sum(name.startswith("uploads/") for name in manifest["files"])
        self.stdout.write(
            f"{done}: {sum(manifest['rows'].values())} rows of {len(manifest['rows'])} tables and {uploads} uploads, "
            f"release {manifest['release']}, taken at {manifest['taken_at']}"
        )
        if manifest["key"] != key_print():
            self.stdout.write(
                "Its SECRET_KEY was another: links and feeds sent out before are void, and second factors cannot be "
                "read. Set that key, or reset them."
            )
        if not check:
            self._verify()

    def _verify(self):
        try:
            call_command("verify_meetings", stdout=self.stdout)
        except CommandError as difference:
            raise CommandError(f"Restored, but: {difference}", returncode=5) from None
