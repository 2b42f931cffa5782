from feedback.models.accounts import Account, Competitor, CompetitorMerge, Product, Segment
from feedback.models.action_updates import ActionUpdate
from feedback.models.agendas import AgendaSection
from feedback.models.assignments import Assignment
from feedback.models.becomings import Becoming
from feedback.models.clocks import Clock
from feedback.models.decisions import Action, Decision
from feedback.models.definition_proposals import DefinitionProposal
from feedback.models.definitions import Definition
from feedback.models.digests import Digest, DigestChoice
from feedback.models.discussions import Discussion
from feedback.models.exclusion_rules import ExclusionRule
from feedback.models.exclusions import Exclusion
from feedback.models.feeds import CalendarFeed
from feedback.models.holidays import Holiday
from feedback.models.imports import Import, ImportChange, ImportFile, ImportRemark
from feedback.models.invitations import Invitation
from feedback.models.invites import Invite
from feedback.models.jobs import Job
from feedback.models.judgements import Judgement
from feedback.models.meetings import Meeting, Pack, SectionNote
from feedback.models.notifications import Notification, NotificationChoice
from feedback.models.opportunities import Opportunity, Source
from feedback.models.people import Company, FirstRun, Team, User
from feedback.models.personal_data import Erasure, Retention
from feedback.models.preparations import PreparedSection
from feedback.models.reasons import Category, Destination, Reason, Taxonomy
from feedback.models.reviews import Review, Submission
from feedback.models.saved_filters import SavedFilter
from feedback.models.second_codings import SecondCoding
from feedback.models.second_factor import SecondFactorReset
from feedback.models.series import Series
from feedback.models.sessions import Session
from feedback.models.snoozes import Snooze
from feedback.models.summary_mails import SummaryMail
from feedback.models.tokens import Token
from feedback.models.tries import Tries
from feedback.models.webhooks import Attempt, Delivery, Endpoint

__all__ = [
    "Account",
    "Action",
    "ActionUpdate",
    "AgendaSection",
    "Assignment",
    "Attempt",
    "Becoming",
    "CalendarFeed",
    "Category",
    "Clock",
    "Company",
    "Competitor",
    "CompetitorMerge",
    "Decision",
    "Definition",
    "DefinitionProposal",
    "Delivery",
    "Destination",
    "Digest",
    "DigestChoice",
    "Discussion",
    "Endpoint",
    "Erasure",
    "Exclusion",
    "ExclusionRule",
    "FirstRun",
    "Holiday",
    "Import",
    "ImportChange",
    "ImportFile",
    "ImportRemark",
    "Invitation",
    "Invite",
    "Job",
    "Judgement",
    "Meeting",
    "Notification",
    "NotificationChoice",
    "Opportunity",
    "Pack",
    "PreparedSection",
    "Product",
    "Reason",
    "Retention",
    "Review",
    "SecondCoding",
    "SecondFactorReset",
    "SavedFilter",
    "SectionNote",
    "Segment",
    "Series",
    "Session",
    "Snooze",
    "Source",
    "Submission",
    "SummaryMail",
    "Taxonomy",
    "Team",
    "Tries",
    "Token",
    "User",
]
