"""Words planted in the rows of the scene, and who may come to read them: product.md's table of permissions, as marks.

Each mark is a word that stands nowhere else. Readers are in the letters of `tests.test_access.ROLES`.
"""

from datetime import timedelta

from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone

from feedback.models import (
    Action,
    Decision,
    ImportRemark,
    Invitation,
    Notification,
    SavedFilter,
    SectionNote,
    Session,
    Token,
    Tries,
    User,
)
from feedback.models.people import Role
from feedback.throttle import CODE_LIMIT
from objections.actions.objections import change_objection
from objections.models import CollateralStage, Objection, Version
from objections.theming.reading import read_words
from tests.factories import (
    make_collateral,
    make_lost,
    make_meeting,
    make_objection,
    make_review,
    make_team,
    make_user,
    place,
)

WORD = "planted"
BOLD = f"<b>{WORD}</b>"
PERSON = "Quillonby"

CURATORS = {"marketer", "leader", "admin"}
EVERYBODY = CURATORS | {"rep", "other_rep", "manager"}
NO_MARKETER = EVERYBODY - {"marketer"}
MARKS = {
    "Wherrybrook": EVERYBODY,  # an account
    PERSON: {"manager", "leader", "admin"},  # the name of whoever wrote a submitted review and an objection
    "quilladdress": {"leader", "admin"},  # the same person's e-mail address
    "draftwords": {"rep", "manager", "admin"},  # a review not handed in
    "formerlysubmitted": {"rep", "manager", "admin"},  # a review of a deal that was reopened
    "withdrawnwords": {"rep", "admin"},  # an objection taken back
    "earlierwords": {"rep", "manager", "admin"},  # what an objection said before
    "unpublishedpiece": CURATORS,
    "unpublishedlink": CURATORS,
    "newerversion": CURATORS,  # a version of a published piece that is no answer yet
    "draftstage": CURATORS,
    "opendecision": CURATORS,  # of a meeting that is being prepared
    "opennote": CURATORS,
    "othersaction": CURATORS,
    "proposedname": CURATORS,
    "secretsource": {"leader", "admin"},  # of an import
    "remarkedcell": {"leader", "admin"},
    "toldtorep": {"rep", "admin"},
    "tokenofrep": {"rep", "admin"},  # what a token is called
    "privatefilter": {"rep", "admin"},
    "sharedfilter": EVERYBODY,
    "repsdevice": {"rep", "admin"},  # where the rep is signed in
    "invitedaddress": {"leader", "admin", "stranger"},  # of somebody who has not come yet
    "goneaddress": {"leader", "admin"},  # of somebody who is let in no more
    "gonescrmid": {"leader", "admin"},
    "tokenofgone": {"admin"},
    "filterofgone": {"admin"},  # was shared with everybody
    "formerteam": {"leader", "admin"},  # what a team was called, which the audit tells
    "Quimberly": NO_MARKETER,  # a buyer who is named in objections and a review
    "quimail": NO_MARKETER,  # the same buyer's address
    "494055512399": NO_MARKETER,  # and number
    "unreadwords": NO_MARKETER,  # of an objection that waits to be read
    "unreadreview": NO_MARKETER,
    "hashedkey": set(),  # of passwords, tokens and invitations
}
# Admins look for personal data and give people theirs; there alone they read what is somebody's own.
PERSONAL_DATA = {"feedback:person_export", "feedback:personal_data", "feedback:words_erase"}
TOKENS = {"feedback:token_all", "feedback:token_revoke"}
ONLY_IN = {
    ("invitedaddress", "stranger"): {"feedback:invitation_accept"},  # by the link that was mailed there
    **dict.fromkeys(
        [("toldtorep", "admin"), ("privatefilter", "admin"), ("repsdevice", "admin"), ("filterofgone", "admin")],
        PERSONAL_DATA,
    ),
    **dict.fromkeys([("tokenofrep", "admin"), ("tokenofgone", "admin")], PERSONAL_DATA | TOKENS),
    **dict.fromkeys(
        [("formerteam", "leader"), ("formerteam", "admin")], {"feedback:audit_list", "feedback:audit_export"}
    ),
}


def plant(scene, *, rep, leader, marketer):
    """Adds the rows that hold the marks, and sets those of the scene that do; every text also has `BOLD` in it."""
    scene.hidden = hidden = make_user(
        f"Quentin Quillonby {BOLD}",
        username="quilladdress@example.com",
        role=Role.REP,
        team=make_team("North"),
    )
    deal = make_lost(f"Told by another {BOLD}", owner=rep, account=f"Wherrybrook {BOLD}", stage=f"Stage {BOLD}")
    scene.told = make_review(deal, author=hidden, would_have_changed=f"A price {BOLD}")
    scene.hidden_voice = make_objection(f"Said by another {BOLD}", author=hidden, opportunity=deal)
    _of_reviews(scene, rep)
    _of_objections(scene, rep)
    _of_buyers(scene, rep)
    _of_collateral(scene, marketer)
    _of_meetings(scene, leader)
    _of_people(scene, leader)
    _of_own_things(scene, rep, marketer)
    scene.proposal.why, scene.proposal.kind, scene.proposal.theme = f"Alike {BOLD}", "new", None
    scene.proposal.name = f"proposedname {BOLD}"
    scene.proposal.save()
    scene.proposal.objections.add(scene.objection)
    for name in ("import_", "trial"):
        row = getattr(scene, name)
        row.source = f"secretsource {BOLD}"
        row.save()
        ImportRemark.objects.create(parent=row, level="noted", file="a.csv", text=f"remarkedcell {BOLD}")
    scene.theme.name = f"Too dear {BOLD}"
    scene.theme.save()
    scene.request.title = f"A sheet {BOLD}"
    scene.request.save()


def _of_reviews(scene, rep):
    scene.draft.would_have_changed = f"draftwords {BOLD}"
    scene.draft.save()
    scene.archived = make_review(make_lost("Reopened", owner=rep), author=rep, submitted=False)
    scene.archived.would_have_changed = f"formerlysubmitted {BOLD}"
    scene.archived.archived_at = timezone.now()
    scene.archived.save()


def _of_objections(scene, rep):
    Objection.objects.filter(pk=scene.withdrawn.pk).update(text=f"withdrawnwords {BOLD}")
    scene.changed = make_objection(f"earlierwords {BOLD}", author=rep)
    scene.changed.text = f"Said better {BOLD}"
    change_objection(objection=scene.changed, by=rep)


def _of_buyers(scene, rep):
    """A buyer who is named wherever words are typed, read as the portal does, and what nobody has read yet."""
    named = f"spoke to Dorothea Quimberly {BOLD}, quimail@example.com or +494055512399"
    deal = make_lost(f"With a buyer {BOLD}", owner=rep)
    scene.named, scene.unthemed = (
        make_objection(
            f"{named}: {what}",
            author=rep,
            opportunity=deal,
            is_quote=True,
            raised_by="Dorothea Quimberly",
            answer_used="Told Dorothea Quimberly that it pays back",
            masked=None,
        )
        for what in ("too dear", "too late")
    )
    scene.unread = make_objection(f"unreadwords {BOLD}", author=rep, opportunity=deal, masked=None)
    for voice in (scene.named, scene.unread):
        place(voice, scene.theme)
    scene.proposal.objections.add(scene.named, scene.unread)
    scene.review_naming = make_review(deal, author=rep, would_have_changed=f"{named}, had she", masked=None)
    read_words([scene.named, scene.unthemed])
    read_words([scene.review_naming])
    make_review(make_lost(owner=rep), author=rep, would_have_changed=f"unreadreview {BOLD}", masked=None)


def _of_collateral(scene, marketer):
    piece = scene.unpublished
    piece.title, piece.summary = f"unpublishedpiece {BOLD}", f"Later {BOLD}"
    piece.request = scene.request
    piece.save()
    piece.stages.set(CollateralStage.objects.called(["draftstage"]))
    piece.versions.update(link="https://example.com/unpublishedlink")
    Version.objects.filter(pk=scene.version.pk).update(file_name="newerversion.txt", note=f"newerversion {BOLD}")
    scene.hidden_piece = make_collateral("unpublishedpiece too", owner=marketer, published=False)


def _of_meetings(scene, leader):
    Decision.objects.filter(pk=scene.decision.pk).update(text=f"opendecision {BOLD}")
    scene.others_action = Action.objects.create(
        meeting=scene.meeting, text=f"othersaction {BOLD}", owner=leader, due_on=timezone.localdate(), by=leader
    )
    SectionNote.objects.create(meeting=scene.meeting, section="reasons", text=f"opennote {BOLD}", by=leader)
    scene.hidden_meeting = make_meeting(timezone.localdate().replace(day=1, year=2020), by=leader)


def _of_people(scene, leader):
    """One who came and went, one who is invited, one with a second factor who is locked out, and a team renamed."""
    now = timezone.now()
    gone = make_user("Gwen Gone", username="goneaddress@example.com", crm_id="gonescrmid", is_active=False)
    User.objects.filter(pk=gone.pk).update(password="hashedkey", last_login=now)
    scene.gone = gone
    ends = now + timedelta(days=1)
    Token.objects.create(user=gone, name=f"tokenofgone {BOLD}", token_hash="of-gone", expires_at=ends, scopes=["read"])
    SavedFilter.objects.create(
        owner=gone, list="deals", name=f"filterofgone {BOLD}", query="outcome=open", is_shared=True
    )
    address = "invitedaddress@example.com"
    User.objects.filter(pk=scene.invited.pk).update(username=address, email=address)
    Invitation.objects.filter(pk=scene.invitation.pk).update(token_hash="hashedkey")
    TOTP.activate(scene.hidden, "JBSWY3DPEHPK3PXP")
    for _ in range(CODE_LIMIT):
        Tries.objects.spend("code", who=str(scene.hidden.pk), limit=CODE_LIMIT, per=timedelta(hours=1))
    scene.renamed = make_team("formerteam")
    scene.renamed.name, scene.renamed._history_user = "East", leader
    scene.renamed.save()


def _of_own_things(scene, rep, marketer):
    now = timezone.now()
    Notification.objects.create(to=rep, key="planted", title=f"toldtorep {BOLD}", url="/")
    Notification.objects.create(to=rep, key="old", title="Read", url="/", read_at=now - timedelta(days=1000))
    scene.token.name, scene.token.token_hash = f"tokenofrep {BOLD}", "hashedkey"
    scene.token.save()
    scene.saved_filter.name = f"privatefilter {BOLD}"
    scene.saved_filter.save()
    SavedFilter.objects.create(
        owner=marketer, list="deals", name=f"sharedfilter {BOLD}", query="outcome=won", is_shared=True
    )
    Session.objects.create(
        session_key="of-the-rep",
        user=rep,
        device="repsdevice",
        began_at=now,
        seen_at=now,
        expire_date=now + timedelta(days=1),
    )
