"""Stage names that end a deal, or leave it open, in any company; a company's own stages come from its map."""

from feedback.importing.kinds import plain
from feedback.models.opportunities import Outcome

KNOWN = {
    Outcome.WON: ["won", "closed won", "deal won", "closed - won"],
    Outcome.LOST: ["lost", "closed lost", "deal lost", "closed - lost", "no decision", "abandoned"],
    Outcome.OPEN: [
        "open",
        "new",
        "prospecting",
        "engaging",
        "qualification",
        "qualified",
        "discovery",
        "needs analysis",
        "value proposition",
        "id. decision makers",
        "perception analysis",
        "proposal",
        "proposal/price quote",
        "proposal made",
        "negotiation",
        "negotiation/review",
        "negotiations started",
        "appointment scheduled",
        "qualified to buy",
        "presentation scheduled",
        "decision maker bought-in",
        "contract sent",
        "lead in",
        "contact made",
        "demo",
        "demo scheduled",
        "in progress",
        "pipeline",
        "commit",
    ],
}


def outcomes_by_stage(by_hand: dict[str, list[str]]) -> dict[str, str]:
    """Outcome by `plain` stage name; what a map says of a stage wins."""
    found = {plain(stage): outcome for outcome, stages in KNOWN.items() for stage in stages}
    return found | {plain(stage): Outcome(outcome) for outcome, stages in by_hand.items() for stage in stages}
