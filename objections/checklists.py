"""What a checklist starts with at triage, by the type of content; edited on the request from then on."""

from objections.models.content import ContentType

ALWAYS = ["Answers the theme in the buyer's words", "Checked with somebody who sells"]
BY_TYPE = {
    ContentType.BATTLECARD: ["Claims about the competitor have a source and a date", "Says when not to use it"],
    ContentType.COMPARISON: ["Claims about the competitor have a source and a date", "Legal has read it"],
    ContentType.CASE_STUDY: ["The customer has released it", "Figures have a source"],
    ContentType.REFERENCE: ["The customer has released it"],
    ContentType.ROI_CALCULATOR: ["Formulas checked with a finished deal", "Says what it assumes"],
    ContentType.PRICING_SHEET: ["Prices are those of today", "Legal has read it"],
    ContentType.CONTRACT_FAQ: ["Legal has read it"],
    ContentType.SECURITY_PACK: ["Certificates are valid", "Security has read it"],
    ContentType.OFFER: ["Finance has agreed", "Says until when it holds"],
}


def first_items(type: str) -> list[str]:
    return [*BY_TYPE.get(type, []), *ALWAYS]
