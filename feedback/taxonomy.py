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
