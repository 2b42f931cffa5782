from objections.models.checklists import ChecklistItem
from objections.models.collateral import Collateral, Publication, Usage, Version
from objections.models.comments import Comment
from objections.models.content import ContentRequest, Move
from objections.models.drift import Drift
from objections.models.inbound import LoggingAddress
from objections.models.joins import Join
from objections.models.learning import Learning
from objections.models.maps import Map, Point
from objections.models.meanings import Meaning
from objections.models.noted import Noted
from objections.models.objections import Mention, Objection, Vector
from objections.models.presumptions import Presumption
from objections.models.proposals import Build, Proposal
from objections.models.reason_checks import ReasonCheck
from objections.models.sharing import Opens, ShareLink
from objections.models.sign_offs import SignOff
from objections.models.sortings import Refusal, Sorting
from objections.models.stages import CollateralStage
from objections.models.themes import Answer, Exemplar, Merge, Placement, Split, Theme
from objections.models.triage import Pin, Routing, RoutingNote
from objections.models.twos import TwoInOne
from objections.models.verdicts import Verdict

__all__ = [
    "Answer",
    "Build",
    "ChecklistItem",
    "Collateral",
    "CollateralStage",
    "Comment",
    "ContentRequest",
    "Drift",
    "Exemplar",
    "Join",
    "Learning",
    "LoggingAddress",
    "Map",
    "Meaning",
    "Mention",
    "Merge",
    "Move",
    "Noted",
    "Objection",
    "Opens",
    "Pin",
    "Placement",
    "Point",
    "Presumption",
    "Proposal",
    "Publication",
    "ReasonCheck",
    "Refusal",
    "Routing",
    "RoutingNote",
    "ShareLink",
    "SignOff",
    "Sorting",
    "Split",
    "Theme",
    "TwoInOne",
    "Usage",
    "Vector",
    "Verdict",
    "Version",
]
