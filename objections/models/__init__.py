from objections.models.collateral import Collateral, Publication, Usage, Version
from objections.models.content import ContentRequest, Move
from objections.models.objections import Objection, Vector
from objections.models.proposals import Build, Proposal
from objections.models.themes import Answer, Exemplar, Merge, Placement, Split, Theme

__all__ = [
    "Answer",
    "Build",
    "Collateral",
    "ContentRequest",
    "Exemplar",
    "Merge",
    "Move",
    "Objection",
    "Placement",
    "Proposal",
    "Publication",
    "Split",
    "Theme",
    "Usage",
    "Vector",
    "Version",
]
