"""Plain makers of rows: a test states all that it asserts on, the rest is filled in."""

import itertools
from datetime import date

from django.utils import timezone

from feedback.actions.endpoints import make_endpoint
from feedback.metrics import month_of
from feedback.models import (
    Account,
    Competitor,
    Endpoint,
    Meeting,
    Opportunity,
    Product,
    Reason,
    Review,
    Source,
    Submission,
    Taxonomy,
    Team,
    User,
)
from feedback.taxonomy import seed
from objections.models import (
    Collateral,
    CollateralStage,
    ContentRequest,
    Map,
    Objection,
    Placement,
    Point,
    Publication,
    Theme,
    Version,
)
from objections.seeds import seed_themes

_numbers = itertools.count(1)


def seed_anew():
    """The rows every portal starts with, unless they are there: a test may have flushed the database."""
    if not Taxonomy.objects.exists():
        seed()
        seed_themes()


def make_team(name="North", **fields):
    return Team.objects.get_or_create(name=name, defaults=fields)[0]


def make_user(name="Somebody", **fields):
    username = fields.pop("username", f"{name.split()[0].lower()}{next(_numbers)}@example.com")
    user = User(username=username, email=username, name=name, **fields)
    user.set_unusable_password()
    user.save()
    return user


def make_account(name="Acme"):
    return Account.objects.get_or_make(name)[0]


def make_product(name="Widget", **fields):
    return Product.objects.get_or_make(name, **fields)[0]


def make_competitor(name="Rivalry"):
    return Competitor.objects.get_or_make(name)[0]


def make_opportunity(name="Widgets", *, account="Acme", source="portal", **fields):
    fields.setdefault("external_id", f"t{next(_numbers)}")
    fields.setdefault("currency", "EUR")
    fields.setdefault("amount", 1000)
    source, _ = Source.objects.get_or_create(name=source)
    if isinstance(account, str):
        account = make_account(account)
    return Opportunity.objects.create(name=name, account=account, source=source, **fields)


def make_lost(name="Widgets", *, closed_on=None, **fields):
    return make_opportunity(name, outcome="lost", closed_on=closed_on or date.today(), **fields)


def make_won(name="Widgets", *, closed_on=None, **fields):
    return make_opportunity(name, outcome="won", closed_on=closed_on or date.today(), **fields)


def reason(code="PRICE"):
    return Reason.objects.get(taxonomy=Taxonomy.objects.current(), code=code)


def make_review(opportunity, *, author, code="PRICE", submitted=True, **fields):
    kind = fields.pop("kind", "loss" if opportunity.outcome == "lost" else "win")
    masked = fields.pop("masked", True)
    review = Review(
        opportunity=opportunity,
        author=author,
        kind=kind,
        taxonomy=Taxonomy.objects.current(),
        reason=reason(code) if code else None,
        **fields,
    )
    _read(review, masked)
    if submitted:
        Submission.objects.create(review=review, by=author, at=timezone.now())
    return review


def make_objection(text="too dear for us", *, author, masked=True, **fields):
    """`masked` says that it was read and that nobody is named in it, unless another text is given for it."""
    fields.setdefault("heard_on", date.today())
    opportunity = fields.get("opportunity")
    fields.setdefault("outcome_when_heard", opportunity.outcome if opportunity else "")
    return _read(Objection(text=text, author=author, **fields), masked)


def _read(row, masked):
    """Saves a row with words; `masked` is True, a text in place of the chief words, or None while they wait."""
    if masked is not None:
        words = {column: getattr(row, column) for column in row.WORDS}
        row.masked = row.as_masked(words if masked is True else words | {row.chief: masked})
    row.save()
    return row


def make_theme(name="Too dear", *, category="price", **fields):
    return Theme.objects.create(name=name, category=Taxonomy.objects.current().categories.get(code=category), **fields)


def place(objection, theme, *, by=None, confidence=0.9):
    return Placement.objects.create(objection=objection, theme=theme, by=by, confidence=None if by else confidence)


def make_map(objections, **fields):
    """A map with these objections in a row."""
    drawn = Map.objects.create(**{"oldest": min((o.heard_on for o in objections), default=date.today())} | fields)
    Point.objects.bulk_create(
        Point(map=drawn, objection=objection, x=(at + 1) / (len(objections) + 1), y=0.5)
        for at, objection in enumerate(objections)
    )
    return drawn


def make_request(title="Price sheet", *, by, themes=(), **fields):
    fields.setdefault("type", "pricing sheet")
    request = ContentRequest.objects.create(title=title, by=by, **fields)
    request.themes.set(themes)
    return request


def make_collateral(
    title="Price sheet", *, owner, themes=(), stages=(), published=True, link="https://example.com/sheet", **fields
):
    fields.setdefault("type", "pricing sheet")
    collateral = Collateral.objects.create(title=title, owner=owner, **fields)
    collateral.themes.set(themes)
    collateral.stages.set(CollateralStage.objects.called(stages))
    version = Version.objects.create(collateral=collateral, number=1, link=link, by=owner)
    if published:
        Publication.objects.create(collateral=collateral, version=version, by=owner)
    return collateral


def make_meeting(month=None, *, by, **fields):
    first, last = month_of(month or date.today().replace(day=1))
    return Meeting.objects.create(**{"first_day": first, "last_day": last, "made_by": by} | fields)


HOOK = "https://hooks.chat.example/T0/B0/key"  # `.example` stands for no machine anywhere


def make_webhook(name="Channel", *, by, url=HOOK, events=("request.declined",), **fields):
    return make_endpoint(endpoint=Endpoint(name=name, events=list(events), **fields), url=url, by=by)[0]
