from collections import defaultdict

from feedback.importing.ledger import BATCH, Ledger
from feedback.importing.names import Close, Names
from feedback.importing.reading import Row
from feedback.importing.remarks import Remarks, shown
from feedback.models import Account, Segment
from feedback.models.accounts import Dimension
from feedback.names import match_key

SIZE_BANDS = [(5000, "5,000+"), (1000, "1,000–4,999"), (250, "250–999"), (50, "50–249"), (1, "1–49")]
TOLD_BY = {"industry": Dimension.INDUSTRY, "region": Dimension.REGION}
Link = Account.segments.through


def size_band(employees: int) -> str | None:
    """The band of a number of employees; None for none."""
    return next((band for least, band in SIZE_BANDS if employees >= least), None)


class Accounts:
    """The accounts and their segments, in memory; `save` writes what is new or changed."""

    def __init__(self, remarks: Remarks):
        self.remarks = remarks
        self.names = Names(Account, remarks)
        self.segments = {(s.dimension, match_key(s.value)): s for s in Segment.objects.all()}
        self.new_segments: list[Segment] = []
        self._close = {
            dimension: Close(s.value for s in self.segments.values() if s.dimension == dimension)
            for dimension in Dimension.values
        }
        self._employees: dict[int, tuple[Account, int]] = {}
        self._wanted: dict[int, tuple[Account, dict[str, Segment]]] = {}

    def read(self, rows: list[Row]) -> None:
        lines = {}
        for row in rows:
            account, _ = self.names.listed(row.values["account"])
            if account.key in lines:
                text = f"{shown(row.values['account'])} was on line {lines[account.key]} already."
                self.remarks.refuse(row.file, row.line, row.header("account"), text)
                continue
            lines[account.key] = row.line
            self._read(account, row)

    def _read(self, account, row):
        wanted = {}
        for field, dimension in TOLD_BY.items():
            if row.values.get(field):
                wanted[dimension] = self._segment(dimension, row.values[field], row, field)
        employees = row.values.get("employees")
        if employees is not None:
            self._employees[id(account)] = (account, employees)
            if band := size_band(employees):
                wanted[Dimension.SIZE_BAND] = self._segment(Dimension.SIZE_BAND, band, row, "employees")
        self._wanted[id(account)] = (account, wanted)

    def _segment(self, dimension, value, row, field):
        key = (dimension, match_key(value))
        if key not in self.segments:
            self.segments[key] = Segment(dimension=dimension, value=value)
            self.new_segments.append(self.segments[key])
            close = self._close[dimension].to(value) if dimension != Dimension.SIZE_BAND else None
            if close:
                text = f"{shown(value)} is kept as typed. Did you mean {shown(close)}?"
                self.remarks.suggest(row.file, row.line, row.header(field), text)
        return self.segments[key]

    def save(self, ledger: Ledger) -> None:
        new = {id(account) for account in self.names.made}
        Segment.objects.bulk_create(self.new_segments, batch_size=BATCH)
        for segment in self.new_segments:
            ledger.made(segment, ["dimension", "value"])
        before = self._set_employees(new)
        Account.objects.bulk_create(self.names.made, batch_size=BATCH)
        linked = self._link(new, before)
        for account in self.names.made:
            ledger.made(account, ["name", "employees"], segments=linked.get(account.pk, []))
        for account, values in before.values():
            more = {"segments": linked[account.pk]} if "segments" in values else {}
            ledger.changed(account, values, **more)

    def _set_employees(self, new):
        """Sets the numbers; {id of the object: (known account, {"employees": former})} of those that change."""
        before = {}
        for mark, (account, employees) in self._employees.items():
            if account.employees != employees:
                if mark not in new:
                    before[mark] = (account, {"employees": account.employees})
                account.employees = employees
        Account.objects.bulk_update([account for account, _ in before.values()], ["employees"], batch_size=BATCH)
        return before

    def _link(self, new, before):
        """Writes which segments accounts are in: {account id: segment ids} of those touched; fills `before`."""
        linked, added, dropped = {}, [], []
        held = _held() if self._wanted else {}
        for mark, (account, wanted) in self._wanted.items():
            has = held.get(account.pk, {})
            now = has | {dimension: {segment.pk: None} for dimension, segment in wanted.items()}
            old, new_ids = _together(has), sorted(_together(now))
            linked[account.pk] = new_ids
            if sorted(old) != new_ids and mark not in new:
                before.setdefault(mark, (account, {}))[1]["segments"] = sorted(old)
            added += [Link(account_id=account.pk, segment_id=pk) for pk in new_ids if pk not in old]
            dropped += [link for pk, link in old.items() if pk not in new_ids]
        for start in range(0, len(dropped), BATCH):
            Link.objects.filter(pk__in=dropped[start : start + BATCH]).delete()
        Link.objects.bulk_create(added, batch_size=BATCH)
        return linked


def _held():
    """{account id: {dimension: {segment id: id of the link}}}"""
    held = defaultdict(lambda: defaultdict(dict))
    for link in Link.objects.select_related("segment"):
        held[link.account_id][link.segment.dimension][link.segment_id] = link.pk
    return held


def _together(by_dimension):
    return {pk: link for links in by_dimension.values() for pk, link in links.items()}
