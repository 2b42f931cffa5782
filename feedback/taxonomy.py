"""The first version of the taxonomy, and the definitions: seeded by one idempotent function each."""

from django.apps import apps as live_apps
from django.utils import timezone

DESTINATIONS = [
    ("competitor", "A competitor", "They bought from somebody else"),
    ("status quo", "No decision: status quo", "They keep what they have"),
    ("indecision", "No decision: indecision", "They wanted to act and could not decide"),
    ("in-house", "Built in-house", "They make it themselves"),
    ("cancelled", "Project cancelled", "The need itself went away"),
    ("withdrew", "We withdrew", "We ended it"),
    ("unknown", "Unknown", "We do not know"),
]

REASONS = [
    ("PRICE", "Price", "Too dear for something comparable; the money existed",
     ["Above a rival quote", "Discount refused", "Total cost unclear", "Pricing model does not suit"]),
    ("BUDGET", "Budget", "The money is not there, whatever our price",
     ["Never allocated", "Cut or frozen", "Spent elsewhere", "Above approval limit"]),
    ("VALUE", "Value", "The case for acting is too weak",
     ["Benefit not quantified", "Pain too small", "Present way good enough", "Benefits not believed"]),
    ("TIMING", "Timing", "The wish exists, the moment does not",
     ["Next fiscal period", "Bound by a contract", "Reorganisation", "Waits on another project"]),
    ("PRODUCT", "Product", "A must-have capability or fit is missing",
     ["Missing function", "Integration or migration", "Usability", "Scale", "Deployment model"]),
    ("TRUST", "Trust", "Risk of us or our product judged too high",
     ["Security or compliance", "References", "Vendor size", "Earlier bad experience"]),
    ("AUTHORITY", "Authority", "Their organisation could not decide with us",
     ["No economic buyer", "Champion left or weak", "No consensus", "Veto by IT, legal or purchasing"]),
    ("INCUMBENT", "Incumbent", "The present supplier preferred for its own sake",
     ["Renewed", "Bundle", "Personal tie", "Safe brand"]),
    ("TERMS", "Terms", "Legal, contract or delivery conditions",
     ["Contract length", "Liability or data terms", "Payment", "Delivery or service level"]),
    ("EXECUTION", "Execution", "We could have sold or marketed it better",
     ["Slow response", "Weak discovery", "Demo or proposal failed", "Expectation set wrongly"]),
    ("FIT", "Fit", "Should not have been in the pipeline",
     ["Wrong size", "Wrong sector or region", "Wrong persona", "Unsupported use case"]),
    ("SILENT", "Went silent", "They stopped answering; ask again in 30 days",
     ["Before demo", "After demo", "After proposal"]),
    ("OTHER", "Other", "None fits; say what it was", []),
    ("UNKNOWN", "Unknown", "We do not know, and that is fine to say", []),
]  # fmt: skip

CATEGORIES = [
    ("price", "Price"),
    ("budget", "Budget"),
    ("value", "Value"),
    ("timing", "Timing"),
    ("authority", "Authority"),
    ("trust", "Trust and security"),
    ("product", "Product and integration"),
    ("competitor", "Competitor"),
    ("change", "Change effort"),
    ("terms", "Terms"),
    ("other", "Other"),
]

DEFINITIONS = [
    ("closed-lost", "Closed-lost", "A deal that ended without a purchase from us. It includes no decision.", ""),
    ("win-rate", "Win rate", "Of the deals that closed in the period, the share we won. Lost includes no decision.",
     "won ÷ (won + lost)"),
    ("win-rate-against-a-theme", "Win rate against a theme",
     "Of the deals that closed in the period and raised the theme while they were open, the share we won. Beside it "
     "stands the base: deals of the same period with any objection heard while open, but none of this theme. "
     "Objections first told in the review are left out and counted apart.", "won ÷ (won + lost), heard while open"),
    ("review-coverage", "Review coverage",
     "Of the lost deals a review is asked for, the share whose reason we know, by count and by value. A review that "
     "says “unknown” counts as reviewed, not as known.", "deals with a known reason ÷ lost deals that owe a review"),
    ("lost-value", "Lost value",
     "The amounts of the deals lost in the period, in the company's currency, each deal once. Where the amount is "
     "unknown the list price stands in and is counted as estimated.", "Σ amount, else estimate, over distinct deals"),
    ("unanswered-lost-value", "Unanswered lost value",
     "Amounts of deals lost in the last 12 months with at least one objection in a theme that has no published "
     "collateral; each deal once, however many themes.", "Σ amount, else estimate, over distinct deals"),
    ("loop-time", "Loop time",
     "Days from the first time an objection of a theme was heard to its answer going live, as a median over themes "
     "whose first answer went live in the period.", "median(published − first heard)"),
    ("right-at-first-guess", "Right at first guess",
     "Of the last 200 objections that people placed while the portal had a guess at the theme, the share they put "
     "where it guessed first; of one person's, the last 50. Placements that were taken back, and those that a "
     "proposal made, are left out. “Among three” counts the three likeliest.",
     "placed in the theme guessed first ÷ placed with a guess"),
    ("loop-steps", "Steps of the loop",
     "Calendar days of the company's time zone from one moment of a theme to the next: first heard, first placed in "
     "the theme, content first asked for, first answer live, reps told of it, first used on a deal, and a person's "
     "word on its result. A step counts for a theme where both moments came, and in this order, in the month in which "
     "it ended. Over themes the median and the 90th percentile are shown, the latter interpolated (method 7 of "
     "Hyndman and Fan). Merged themes count in the one they were merged into. A theme in use whose step has begun, "
     "while neither its end nor anything behind it has come, waits: it is in no median yet and is said beside them. "
     "For content and answers only marketing's themes wait, and once asked for only while a request is in work.",
     "median and 90th percentile of (end − start) over themes, by month of the end"),
    ("cycle-length", "Cycle length", "Days from the day a deal was created to the day it closed, won and lost apart.",
     "median(closed − created)"),
    ("primary-reason", "Primary reason", "The one reason without which we would most likely have won.", ""),
    ("objection", "Objection", "A reservation the buyer voiced at a moment, on a deal that may still be won.", ""),
    ("theme", "Theme", "A curated group of objections that one answer could address.", ""),
    ("final-stage-top-four", "Final-stage top four",
     "The four themes heard most in late stages over the last 90 days, each with the state of its answer.",
     "themes by number of distinct deals, last third of the stages"),
    ("reason-agreement", "Reason agreement",
     "Of the lost deals with a known reason and an objection that speaks for one, those where the primary or a "
     "contributing reason is among the ones their objections speak for. Objections about competitors and the effort "
     "of changing speak for none. It is counted over the company, never by person.",
     "deals that agree ÷ deals with both"),
    ("triage-score", "Triage score",
     "How much a theme that waits for marketing asks for an answer, from 0 to 100 points, beside the others that wait. "
     "Open value exposed gives up to 30 points: open deals on which it was heard. Lost value of 90 days gives up to "
     "25: deals lost in the last 90 days on which it was heard. Late-stage share gives up to 15: of the deals on which "
     "it was heard while open in the last 12 months, those where that was in the last third of the stages, counted by "
     "the lower end of the 95 % interval so that 1 of 1 does not stand before 40 of 60. Trend gives up to 10: how many "
     "voices more it had in the last three whole months than in the three before. Voices give up to 10: objections of "
     "the last 12 months. Reuse gives up to 10: people who would use an answer, which are those who logged it in the "
     "last 12 months and those who own an open deal on which it was heard. Each part goes by rank, so that one huge "
     "deal cannot drown the rest: of the themes that have any of it the largest gets all points, the smallest of four "
     "a quarter, equal ones the same, and none gives none. Deals without an amount and without a list price, and those "
     "in another currency, count nothing.",
     "Σ points of the part × themes with as much or less of it ÷ themes with any of it, to a tenth of a point"),
    ("impact", "Impact",
     "How the win rate against a theme changed once its answer was published, less the change of deals of the same "
     "days on which other objections were heard. A deal belongs to the day the theme was first heard on it while it "
     "was open, and counts if it closed within the median cycle length from then on: the follow-up. Before are deals "
     "of the year that ended one follow-up before publishing; after are those of the year from publishing on whose "
     "follow-up is over. Shares have Wilson's score interval, differences Newcombe's, both at 95 %. Nothing is "
     "concluded from fewer than 20 deals on a side. It is an association, not proof: whatever else changed on those "
     "deals alone is in it too.",
     "(won after − won before) against the theme − (won after − won before) against others, as shares of closed"),
    ("won-value", "Won value",
     "The amounts of the deals won in the period, in the company's currency, each deal once. Where the amount is "
     "unknown the list price stands in and is counted as estimated.", "Σ amount, else estimate, over distinct deals"),
    ("destination", "Where the money went",
     "Whom or what a lost deal was lost to, apart from why: a competitor, no decision, built in-house, a cancelled "
     "project, our own withdrawal, or unknown. Each reviewed deal counts once, with its primary reason.",
     "deals and Σ amount, else estimate, by destination of the submitted review"),
    ("evidence", "How we know a reason",
     "What the submitted loss reviews of the period rest on: the buyer said it, the buyer implied it, or it is our own "
     "inference.", "reviews by kind of evidence"),
    ("other-and-unknown", "Other and unknown",
     "Submitted loss reviews whose primary reason is “Other”, and those that say “Unknown”. Over a tenth of “Other” "
     "the list of reasons does not fit.", "reviews that say so ÷ submitted loss reviews"),
    ("identical-notes", "Identical notes",
     "Submitted loss reviews whose free text stands in another one of the same period, too. Case, spaces and signs "
     "make no difference. Such a note was copied, or says nothing.",
     "reviews with a repeated note ÷ reviews with a note"),
    ("silent-losses", "Silent losses never asked again",
     "Deals lost in twelve months because the buyer stopped answering, whose review was handed in 30 days ago or "
     "earlier. One counts as never asked again while no answer of its review was changed and it was not withdrawn.",
     "untouched since handed in ÷ handed in 30 days ago or earlier"),
    ("coding-agreement", "Agreement of two coders",
     "A tenth of the submitted loss reviews of the period, at least twenty if there are as many, is drawn by a hash "
     "of the meeting's and the review's numbers, so that the draw is repeatable and nobody chooses. Somebody else "
     "codes them without seeing the first code. The share is of reviews coded alike; Cohen's kappa is what of it goes "
     "beyond chance: 0 is no more than chance, 1 is full agreement. Its 95 % interval is from the large-sample "
     "standard error (Fleiss, Cohen and Everitt 1969). Under 20 reviews only the counts are shown.",
     "κ = (observed − by chance) ÷ (1 − by chance)"),
    ("not-landing", "Where we do not land",
     "Segments and lead sources whose win rate over twelve months lies below that of all other deals, so that the 95 % "
     "interval of the difference (Newcombe) lies below nought. Groups of fewer than twenty deals are not compared.",
     "won ÷ closed of the group − won ÷ closed of all others"),
    ("rising-themes", "Rising, falling and new themes",
     "Of the deals on which any theme was heard in the period, the share on which this one was, beside the same share "
     "of the period before. So a theme does not rise because more is logged. It rises or falls where Fisher's exact "
     "test tells the two shares apart, after Benjamini and Hochberg's correction over all themes heard in either: of "
     "those named at most one in ten is expected to be there by chance. New is a theme that was never heard before the "
     "period and on two deals or more in it; new themes are not tested.",
     "deals with the theme ÷ deals with any theme, now and before"),
]  # fmt: skip


def seed_taxonomy(apps=live_apps) -> None:
    """Version 1 of destinations, reasons and categories. Does nothing where a version exists."""
    taxonomies = apps.get_model("feedback", "Taxonomy")._default_manager
    taxonomy, _ = taxonomies.get_or_create(version=1, defaults={"published_at": timezone.now()})
    destination, reason, category = (apps.get_model("feedback", m) for m in ("Destination", "Reason", "Category"))
    for position, (code, label, description) in enumerate(DESTINATIONS):
        _put(destination, taxonomy, code, label=label, description=description, position=position)
    for position, (code, label, description, details) in enumerate(REASONS):
        parent = _put(reason, taxonomy, code, label=label, description=description, position=position)
        for second, detail in enumerate(details):
            _put(reason, taxonomy, f"{code}/{detail.casefold()}", label=detail, parent=parent, position=second)
    for position, (code, label) in enumerate(CATEGORIES):
        _put(category, taxonomy, code, label=label, position=position)


def seed_definitions(apps=live_apps) -> None:
    """Version 1 of each definition. Does nothing where one exists."""
    definition = apps.get_model("feedback", "Definition")
    for slug, title, text, formula in DEFINITIONS:
        definition._default_manager.get_or_create(
            slug=slug, version=1, defaults={"title": title, "text": text, "formula": formula}
        )


def seed_sources(apps=live_apps) -> None:
    """The source of deals made by hand."""
    apps.get_model("feedback", "Source")._default_manager.get_or_create(name="portal")


def seed(apps=live_apps) -> None:
    """All that a portal needs before anybody signs in; running it again changes nothing."""
    seed_taxonomy(apps)
    seed_definitions(apps)
    seed_sources(apps)


def _put(model, taxonomy, code, **defaults):
    return model._default_manager.get_or_create(taxonomy=taxonomy, code=code, defaults=defaults)[0]
