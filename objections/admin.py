"""Everything of this app is kept: it is read in Django's admin and changed on its own pages."""

from feedback.admin import keep
from objections import models

keep(
    [
        models.Answer,
        models.Build,
        models.Collateral,
        models.ContentRequest,
        models.Merge,
        models.Move,
        models.Objection,
        models.Placement,
        models.Proposal,
        models.Publication,
        models.ShareLink,
        models.Split,
        models.Theme,
        models.Usage,
        models.Version,
    ]
)
