from feedback.models.accounts import Account, Competitor, CompetitorMerge, Product, Segment
from feedback.models.definitions import Definition
from feedback.models.digests import Digest, DigestChoice
from feedback.models.exclusion_rules import ExclusionRule
from feedback.models.feeds import CalendarFeed
from feedback.models.holidays import Holiday
from feedback.models.imports import Import, ImportChange, ImportFile, ImportRemark
from feedback.models.invitations import Invitation
from feedback.models.jobs import Job
from feedback.models.meetings import Action, Decision, Meeting, Pack, SectionNote
from feedback.models.notifications import Notification
from feedback.models.opportunities import Assignment, Exclusion, Opportunity, Snooze, Source
from feedback.models.people import Company, FirstRun, Team, User
from feedback.models.personal_data import Erasure, Retention
from feedback.models.reasons import Category, Destination, Reason, Taxonomy
from feedback.models.reviews import Review, Submission
from feedback.models.saved_filters import SavedFilter
from feedback.models.second_factor import SecondFactorReset
from feedback.models.sessions import Session
from feedback.models.tokens import Token
from feedback.models.tries import Tries

__all__ = [
    "Account",
    "Action",
    "Assignment",
    "CalendarFeed",
    "Category",
    "Company",
    "Competitor",
    "CompetitorMerge",
    "Decision",
    "Definition",
    "Destination",
    "Digest",
    "DigestChoice",
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
    "Job",
    "Meeting",
    "Notification",
    "Opportunity",
    "Pack",
    "Product",
    "Reason",
    "Retention",
    "Review",
    "SecondFactorReset",
    "SavedFilter",
    "SectionNote",
    "Segment",
    "Session",
    "Snooze",
    "Source",
    "Submission",
    "Taxonomy",
    "Team",
    "Tries",
    "Token",
    "User",
]
