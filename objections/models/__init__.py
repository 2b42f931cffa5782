from objections.models.collateral import Collateral, Publication, Usage, Version
from objections.models.content import ContentRequest, Move
from objections.models.inbound import LoggingAddress
from objections.models.learning import Learning
from objections.models.maps import Map, Point
from objections.models.meanings import Meaning
from objections.models.noted import Noted
from objections.models.objections import Mention, Objection, Vector
from objections.models.proposals import Build, Proposal
from objections.models.reason_checks import ReasonCheck
from objections.models.sortings import Refusal, Sorting
from objections.models.themes import Answer, Exemplar, Merge, Placement, Split, Theme
from objections.models.twos import TwoInOne

__all__ = [
    "Answer",
    "Build",
    "Collateral",
    "ContentRequest",
    "Exemplar",
    "Learning",
    "LoggingAddress",
    "Map",
    "Meaning",
    "Mention",
    "Merge",
    "Move",
    "Noted",
    "Objection",
    "Placement",
    "Point",
    "Proposal",
    "Publication",
    "ReasonCheck",
    "Refusal",
    "Sorting",
    "Split",
    "Theme",
    "TwoInOne",
    "Usage",
    "Vector",
    "Version",
]
