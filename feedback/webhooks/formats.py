"""How an event is said: as JSON for a program, as a message of Slack, as a card of Teams. The same bytes each time."""

import json
from collections.abc import Callable
from datetime import datetime

from feedback.addresses import absolute
from feedback.models.webhooks import Format

Content = dict  # {"words": a sentence, "path": of the page it is about, "data": numbers, names and states}
SLACK_LONGEST = 2900  # letters of one section; 3000 may be
CARD = "application/vnd.microsoft.card.adaptive"


def body_of(format: str, event: str, at: datetime, content: Content) -> bytes:
    said = FORMATS[format](event, at, content)
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(event: str, at: datetime, content: Content) -> dict:
    data = {"text": content["words"], "url": absolute(content["path"]), **content["data"]}
    return {"type": event, "timestamp": at.isoformat(), "data": data}


def _slack(event: str, at: datetime, content: Content) -> dict:
    """`text` is what notifications of Slack show. In the message the words stand as plain text, for in a `mrkdwn` one a
    theme's stars and underscores would format them, and Slack knows no escape for those."""
    words = escaped_for_slack(content["words"])[:SLACK_LONGEST]
    link = f"<{escaped_for_slack(absolute(content['path']))}|Open in Closed Loop>"
    said = [{"type": "plain_text", "text": words, "emoji": False}, {"type": "mrkdwn", "text": link, "verbatim": True}]
    return {"text": words, "blocks": [{"type": "section", "text": text} for text in said]}


def escaped_for_slack(words: str) -> str:
    """The three letters by which Slack knows links, channels and people."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(event: str, at: datetime, content: Content) -> dict:
    """What the trigger “When a Teams webhook request is received” of Workflows takes.

    The words stand in a RichTextBlock, for a TextBlock would take some of them for Markdown.
    """
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": content["words"]}]}],
        "actions": [{"type": "Action.OpenUrl", "title": "Open in Closed Loop", "url": absolute(content["path"])}],
    }
    attachment = {"contentType": CARD, "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


FORMATS: dict[str, Callable[[str, datetime, Content], dict]] = {
    Format.JSON: _plain,
    Format.SLACK: _slack,
    Format.TEAMS: _teams,
}
