from feedback.models.accounts import Account, Competitor, Product, Segment
from feedback.models.definitions import Definition
from feedback.models.imports import Import, ImportChange, ImportFile, ImportRemark
from feedback.models.jobs import Job
from feedback.models.meetings import Action, Decision, Meeting, Pack, SectionNote
from feedback.models.notifications import Notification
from feedback.models.opportunities import Assignment, Exclusion, Opportunity, Source
from feedback.models.people import Company, FirstRun, Team, User
from feedback.models.reasons import Category, Destination, Reason, Taxonomy
from feedback.models.reviews import Review, Submission

__all__ = [
    "Account",
    "Action",
    "Assignment",
    "Category",
    "Company",
    "Competitor",
    "Decision",
    "Definition",
    "Destination",
    "Exclusion",
    "FirstRun",
    "Import",
    "ImportChange",
    "ImportFile",
    "ImportRemark",
    "Job",
    "Meeting",
    "Notification",
    "Opportunity",
    "Pack",
    "Product",
    "Reason",
    "Review",
    "SectionNote",
    "Segment",
    "Source",
    "Submission",
    "Taxonomy",
    "Team",
    "User",
]
