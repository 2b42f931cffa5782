"""What happens in this app that other programs can be told of."""

from feedback.webhooks.events import Event, add_event

THEMES = [{"id": 7, "name": "No security sign-off"}]
PIECE = {"id": 12, "title": "Security pack", "type": "security pack"}
REQUEST = {"id": 40, "type": "security pack"}


def register() -> None:
    words = "Words to say to “No security sign-off” are approved."
    add_event(
        Event("answer.approved", 10, "Words to say to a theme are approved", words, "/themes/7/", {"theme": THEMES[0]})
    )
    words = "“Security pack” is live. It answers “No security sign-off”."
    data = {"collateral": {**PIECE, "version": 1}, "themes": THEMES}
    add_event(Event("collateral.published", 20, "Collateral is published", words, "/collateral/12/", data))
    data = {"collateral": PIECE, "alarm": "review"}
    words = "“Security pack” is to be checked again"
    add_event(Event("collateral.alarm", 30, "A published piece may not hold any more", words, "/collateral/12/", data))
    words = "Content is asked for: security pack for “No security sign-off”."
    data = {"request": REQUEST, "themes": THEMES}
    add_event(Event("request.made", 40, "Content is asked for", words, "/content/40/", data))
    words = "Request 40 (security pack for “No security sign-off”): briefed → in production"
    data = {"request": {**REQUEST, "from": "briefed", "to": "in production"}, "themes": THEMES}
    add_event(Event("request.moved", 42, "A request moves", words, "/content/40/", data))
    words = "Request 40 (security pack for “No security sign-off”): triaged → declined"
    data = {"request": {**REQUEST, "from": "triaged", "to": "declined"}, "themes": THEMES}
    add_event(Event("request.declined", 44, "A request is declined", words, "/content/40/", data))
    words = "Request 40 (security pack for “No security sign-off”): measuring → closed: worked"
    data = {"request": {**REQUEST, "from": "measuring", "to": "worked"}, "themes": THEMES}
    add_event(Event("request.closed", 46, "A request is closed: it worked, or not", words, "/content/40/", data))
