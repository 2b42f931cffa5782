from feedback.meetings import Chart, Rows
from feedback.metrics import Period
from feedback.models import Meeting
from objections.metrics import final_stage_top_four

SAID = ("published", "words", "routed")  # something to say or send, or somebody else's to answer

DEFINITIONS = ("final-stage-top-four",)
ROWS = (Rows("Objections of 90 days", "objections:objection_export", {"heard_from": "{3}", "heard_to": "{1}"}),)

MINUTES = 3


def collect(period: Period, meeting: Meeting) -> dict:
    """The four themes heard on most deals shortly before a decision, in the 90 days to the end of the month."""
    rows = [
        {
            "id": heard.theme.pk,
            "name": heard.theme.name,
            "owner": heard.theme.get_owner_display(),
            "deals": heard.deals,
            "answer": {"key": heard.answer.key, "label": heard.answer.label, "tone": heard.answer.tone},
        }
        for heard in final_stage_top_four(period[1])
    ]
    return {"themes": rows, "unanswered": next((row["name"] for row in rows if row["answer"]["key"] not in SAID), "")}


def chart(data: dict) -> Chart | None:
    themes = data["themes"]
    if not themes:
        return None
    names, deals = [row["name"] for row in themes], [row["deals"] for row in themes]
    return Chart("bar", "Deals in late stages", names, {"Deals": deals})
