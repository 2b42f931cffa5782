"""Owners and managers of an export as people of the portal."""

from django.utils.text import slugify
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from feedback.actions.personal_data import erasure_key
from feedback.importing.ledger import BATCH, Ledger, snapshot
from feedback.importing.reading import Row
from feedback.importing.remarks import Remarks, shown
from feedback.models import Erasure, Team, User
from feedback.names import match_key

FIELDS = ["name", "username", "crm_id", "email", "role", "is_active", "team"]


class People:
    """Everybody the portal knows, in memory; unknown ones become inactive users without a password."""

    def __init__(self, remarks: Remarks):
        self.remarks = remarks
        self.made: list[User] = []
        self.usernames, self.by_id, self.by_name = set(), {}, {}
        for user in User.objects.order_by("id"):
            self._learn(user)
        self.erased = {
            key: erasure.person
            for erasure in Erasure.objects.exclude(person=None).select_related("person__team")
            for key in erasure.keys
        }
        self.teams = {team.name: team for team in Team.objects.all()}
        self._wanted: dict[int, tuple[User, str]] = {}
        self._managers: dict[str, User] = {}

    def place(self, rows: list[Row]) -> None:
        """Reads who works for whom; a person under two managers stays with the first."""
        first = {}
        for row in rows:
            key = match_key(row.values["owner"])
            if key in first:
                text = f"{shown(row.values['owner'])} was on line {first[key]} already."
                self.remarks.refuse(row.file, row.line, row.header("owner"), text)
                continue
            first[key] = row.line
            user = self.met(row.values["owner"], row, "owner")
            if user and row.values["manager"]:
                self._put(user, row)

    def met(self, name: str, row: Row, field: str) -> User | None:
        """The person of that CRM id, e-mail address or name, made if there is none; None if several have the name."""
        key = match_key(name)
        known = self.by_id.get(key)
        if known:
            return known
        namesakes = self.by_name.get(key, [])
        active = [user for user in namesakes if user.is_active]
        if len(namesakes) > 1 and len(active) != 1:
            text = f"Several people are called {shown(name)}: taken as nobody until one has this as CRM id."
            self.remarks.note(row.file, row.line, row.header(field), text)
            return None
        if namesakes:
            return (active or namesakes)[0]
        erased = self.erased.get(erasure_key(name)) if self.erased else None
        return erased or self._make(name)

    def save(self, ledger: Ledger) -> None:
        """Writes new people, then teams, then who is in which."""
        placed = [(user, snapshot(user, ["team"])) for user, _ in self._wanted.values() if user.pk]
        new = list(self.made)
        bulk_create_with_history(new, User, batch_size=BATCH)
        self._save_teams(ledger)
        for user, team in self._wanted.values():
            user.team = self.teams[team]
        bulk_update_with_history(self._moved(placed), User, ["team"], batch_size=BATCH)
        for user in new:
            ledger.made(user, FIELDS)
        for user, before in placed:
            if before != snapshot(user, ["team"]):
                ledger.changed(user, before)

    def _moved(self, placed):
        """Whom this import puts in another team than they were in, new people among them."""
        stayed = {user.pk for user, before in placed if before == snapshot(user, ["team"])}
        return [user for user, _ in self._wanted.values() if user.pk not in stayed]

    def _put(self, user, row):
        manager = self.met(row.values["manager"], row, "manager")
        if manager is None:
            return
        name = f"{manager.name}'s team"
        if user.is_active and user.team_id and user.team_id != getattr(self.teams.get(name), "pk", None):
            self.remarks.note(row.file, row.line, row.header("manager"), "Active people stay in the team they have.")
            return
        self._managers[name] = manager
        self._wanted[id(user)] = (user, name)

    def _save_teams(self, ledger):
        made = [Team(name=name, manager=who) for name, who in self._managers.items() if name not in self.teams]
        unled = [self.teams[name] for name in self._managers if name in self.teams and not self.teams[name].manager_id]
        bulk_create_with_history(made, Team, batch_size=BATCH)
        for team in made:
            self.teams[team.name] = team
            ledger.made(team, ["name", "manager"])
        for team in unled:
            before = snapshot(team, ["manager"])
            team.manager = self._managers[team.name]
            ledger.changed(team, before)
        bulk_update_with_history(unled, Team, ["manager"])

    def _make(self, name):
        user = User(username=self._free_username(name), name=name, crm_id=name, is_active=False)
        user.set_unusable_password()
        self.made.append(user)
        self._learn(user)
        return user

    def _learn(self, user):
        self.usernames.add(user.username.casefold())
        for known_as in (user.crm_id, user.username, user.email):
            if known_as:
                self.by_id.setdefault(match_key(known_as), user)
        self.by_name.setdefault(match_key(user.name), []).append(user)

    def _free_username(self, name):
        stem = slugify(name)[:100].replace("-", ".") or "person"
        username, number = stem, 1
        while username in self.usernames:
            number += 1
            username = f"{stem}.{number}"
        return username
