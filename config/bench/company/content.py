from datetime import date, timedelta
from random import Random

from config.bench.company.deals import BATCH, Deals
from config.bench.company.moments import moment, moments_given
from config.bench.company.names import STAGES
from feedback.models import Job, Notification
from objections.models import (
    Build,
    Collateral,
    CollateralStage,
    ContentRequest,
    Move,
    Proposal,
    Publication,
    Theme,
    Usage,
    Version,
)
from objections.models.content import ContentType, RequestState, RoutedTo, Size

DAYS = 30 * 30
OPEN = [RequestState.NEW, RequestState.TRIAGED, RequestState.BRIEFED, RequestState.IN_PRODUCTION]
ENDED = [
    RequestState.PUBLISHED,
    RequestState.MEASURING,
    RequestState.WORKED,
    RequestState.NO_EFFECT,
    RequestState.DECLINED,
    RequestState.ROUTED,
]
LATER = [RequestState.IN_REVIEW, RequestState.APPROVED, RequestState.NEEDS_INFO, RequestState.ON_HOLD]
UNFINISHED_SHARE = 0.3
USES, NOTICES = 12, 60  # for each piece of collateral, for each person


def make_content(size, people, deals: Deals, themes: list[Theme], today: date, dice: Random) -> None:
    _requests(size, people, deals, themes, today, dice)
    pieces = _collateral(size, people, themes, today, dice)
    _usages(pieces, people, deals, today, dice)
    _notices(people, pieces, dice)
    _proposals(people, themes)


def _requests(size, people, deals: Deals, themes: list[Theme], today: date, dice: Random) -> None:
    rows = [_request(n, people, today, dice) for n in range(size.requests)]
    requests = ContentRequest.objects.bulk_create(rows, batch_size=BATCH)
    on, waiting = ContentRequest.themes.through, ContentRequest.opportunities.through
    on.objects.bulk_create(
        [on(contentrequest=r, theme=t) for r in requests for t in _some(themes, dice)], batch_size=BATCH
    )
    waiting.objects.bulk_create(
        [
            waiting(contentrequest=r, opportunity=deal)
            for r in requests
            for deal in dice.sample(deals.rows, dice.randrange(5))
        ],
        batch_size=BATCH,
    )
    moves = [move for r in requests for move in _moves(r, dice)]
    Move.objects.bulk_create(moves, batch_size=BATCH)


def _some(themes: list[Theme], dice: Random) -> list[Theme]:
    """One to three themes, one in five requests for one of the twenty heard most."""
    return dice.sample(themes[:20] if dice.random() < 0.2 else themes, dice.randint(1, min(3, len(themes))))


def _request(n: int, people, today: date, dice: Random) -> ContentRequest:
    is_open = dice.random() < UNFINISHED_SHARE
    state = dice.choice([*OPEN, *OPEN, *LATER] if is_open else ENDED)
    asked = today - timedelta(days=dice.randrange(60 if is_open else DAYS))
    return ContentRequest(
        title=f"{dice.choice(ContentType.labels)} for doubt {n}",
        type=dice.choice(ContentType.values),
        brief="Whom it is for, what they doubt, what we can show, and where it is to be used.",
        owner=None if state == RequestState.NEW else dice.choice(people.marketers),
        co_owner=dice.choice(people.reps),
        size=dice.choice(Size.values),
        due_on=asked + timedelta(days=dice.randrange(3, 70)),
        state=state,
        by=dice.choice(people.reps),
        at=moment(asked, dice),
    )


def _moves(row: ContentRequest, dice: Random) -> list[Move]:
    """Through triage to where it stands."""
    if row.state == RequestState.NEW:
        return []
    path = [RequestState.NEW, RequestState.TRIAGED]
    path += [row.state] if row.state != RequestState.TRIAGED else []
    routed = {RequestState.ROUTED: RoutedTo.PRODUCT}
    return [
        Move(
            request=row,
            from_state=before,
            to_state=after,
            why="Not for marketing to answer" if after in (RequestState.ROUTED, RequestState.DECLINED) else "",
            routed_to=routed.get(after, ""),
            by=row.owner,
            at=row.at + timedelta(days=step + 1),
        )
        for step, (before, after) in enumerate(zip(path, path[1:], strict=False))
    ]


def _collateral(size, people, themes: list[Theme], today: date, dice: Random) -> list[Collateral]:
    rows = [
        Collateral(
            title=f"{dice.choice(ContentType.labels)} {n}",
            type=dice.choice(ContentType.values),
            summary="For the first call with somebody who has heard that it takes too long.",
            owner=dice.choice(people.marketers),
            review_by=today + timedelta(days=dice.randrange(-60, 300)),
            made_at=moment(today - timedelta(days=dice.randrange(DAYS)), dice),
        )
        for n in range(size.collateral)
    ]
    pieces = Collateral.objects.bulk_create(rows, batch_size=BATCH)
    through, answered = Collateral.themes.through, themes[:1] + themes[2::3] + themes[3::3]  # a third stay unanswered
    through.objects.bulk_create(
        [through(collateral=piece, theme=t) for piece in pieces for t in _some(answered, dice)], batch_size=BATCH
    )
    through, stages = Collateral.stages.through, CollateralStage.objects.called(STAGES)
    meant = [(piece, stage) for piece in pieces for stage in dice.sample(stages, dice.randrange(3))]
    through.objects.bulk_create([through(collateral=p, collateralstage=s) for p, s in meant], batch_size=BATCH)
    _publish(pieces, people, dice)
    return pieces


def _publish(pieces: list[Collateral], people, dice: Random) -> None:
    """Four in five are live, one in ten was retired, one in ten is a draft."""
    versions = Version.objects.bulk_create(
        [
            Version(collateral=piece, number=1, link=f"https://files.bench.example/{piece.pk}", by=piece.owner)
            for piece in pieces
        ],
        batch_size=BATCH,
    )
    published = []
    for version in versions:
        lot, piece = dice.random(), version.collateral
        if lot < 0.9:
            gone = {"retired_by": piece.owner, "retired_at": piece.made_at + timedelta(days=90)} if lot > 0.8 else {}
            published.append(
                Publication(
                    collateral=piece, version=version, by=piece.owner, at=piece.made_at + timedelta(days=3), **gone
                )
            )
    Publication.objects.bulk_create(published, batch_size=BATCH)


def _usages(pieces: list[Collateral], people, deals: Deals, today: date, dice: Random) -> None:
    rows = [
        Usage(collateral=piece, opportunity=deal, by=deal.owner, at=piece.made_at + timedelta(days=5), helped="yes")
        for piece in pieces
        for deal in dice.sample(deals.rows, USES)
    ]
    Usage.objects.bulk_create(rows, batch_size=BATCH)


def _notices(people, pieces: list[Collateral], dice: Random) -> None:
    rows = []
    for person in people.everybody:
        for n, piece in enumerate(dice.sample(pieces, min(NOTICES, len(pieces)))):
            url, at = piece.get_absolute_url(), piece.made_at + timedelta(days=3)
            read = at + timedelta(days=1) if n % 4 else None
            title = f"“{piece}” is live"
            rows.append(
                Notification(to=person, key=f"publication-{piece.pk}", title=title, url=url, at=at, read_at=read)
            )
    with moments_given(Notification, "at"):
        Notification.objects.bulk_create(rows, batch_size=BATCH)


def _proposals(people, themes: list[Theme]) -> None:
    by = people.marketers[0]
    build = Build.objects.create(job=Job.objects.create(kind="build_themes", state="done"), by=by)
    Proposal.objects.bulk_create(
        [
            Proposal(build=build, kind="merge", theme=theme, into=other, why="They are said in the same words.")
            for theme, other in zip(themes[::5], themes[1::5], strict=False)
        ]
    )
