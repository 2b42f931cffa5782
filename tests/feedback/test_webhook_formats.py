"""How an event is said: to a program, to Slack, to Teams."""

import json
from datetime import UTC, datetime

import pytest

from feedback.models.webhooks import Format
from feedback.webhooks.events import TEST, all_events
from feedback.webhooks.formats import body_of

AT = datetime(2026, 11, 28, 20, tzinfo=UTC)
CONTENT = {"words": "“R&D <pack>” is *live* [x](y)", "path": "/collateral/12/", "data": {"collateral": {"id": 12}}}


def said(format, content=CONTENT):
    return json.loads(body_of(format, "collateral.published", AT, content))


@pytest.fixture(autouse=True)
def _portal(settings):
    settings.PORTAL_URL = "https://loop.example.com"


def test_a_program_reads_type_time_and_data():
    assert said(Format.JSON) == {
        "type": "collateral.published",
        "timestamp": "2026-11-28T20:00:00+00:00",
        "data": {
            "text": "“R&D <pack>” is *live* [x](y)",
            "url": "https://loop.example.com/collateral/12/",
            "collateral": {"id": 12},
        },
    }


def test_slack_reads_plain_words_with_its_three_letters_escaped_and_a_link():
    """Nothing formats the words: stars, underscores, tildes and backticks of a theme's name are letters."""
    message = said(Format.SLACK)
    words = "“R&amp;D &lt;pack&gt;” is *live* [x](y)"
    link = "<https://loop.example.com/collateral/12/|Open in Closed Loop>"
    assert message == {
        "text": words,
        "blocks": [
            {"type": "section", "text": {"type": "plain_text", "text": words, "emoji": False}},
            {"type": "section", "text": {"type": "mrkdwn", "text": link, "verbatim": True}},
        ],
    }


def test_nobody_is_called_in_slack_by_a_name():
    """`<!channel>` and `<@U1>` call people; what people typed never makes one."""
    message = said(Format.SLACK, {**CONTENT, "words": "<!channel> <@U1> <https://evil.example|here>"})
    assert "<" not in message["text"]
    assert [block["text"]["text"].count("<") for block in message["blocks"]] == [0, 1]


def test_a_text_too_long_for_slack_is_cut():
    assert len(said(Format.SLACK, {**CONTENT, "words": "&" * 5000})["blocks"][0]["text"]["text"]) <= 3000


def test_teams_reads_an_adaptive_card_whose_words_are_no_markdown():
    message = said(Format.TEAMS)
    [attachment] = message["attachments"]
    card = attachment["content"]
    assert message["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert card["body"] == [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": CONTENT["words"]}]}]
    assert card["actions"] == [
        {
            "type": "Action.OpenUrl",
            "title": "Open in Closed Loop",
            "url": "https://loop.example.com/collateral/12/",
        }
    ]


LINK = "https://loop.example.com/"
BYTES = {
    Format.JSON: '{"type":"test","timestamp":"2026-11-28T20:00:00+00:00","data":{"text":"“é”","url":"'
    + LINK
    + '","n":1}}',
    Format.SLACK: '{"text":"“é”","blocks":[{"type":"section","text":{"type":"plain_text","text":"“é”","emoji":false}},'
    '{"type":"section","text":{"type":"mrkdwn","text":"<' + LINK + '|Open in Closed Loop>","verbatim":true}}]}',
    Format.TEAMS: '{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive",'
    '"contentUrl":null,"content":{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json",'
    '"type":"AdaptiveCard","version":"1.4",'
    '"body":[{"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"“é”"}]}],'
    '"actions":[{"type":"Action.OpenUrl","title":"Open in Closed Loop","url":"' + LINK + '"}]}}]}',
}


@pytest.mark.parametrize("format", Format.values)
def test_the_bytes_are_known_for_they_are_signed(format):
    content = {"words": "“é”", "path": "/", "data": {"n": 1}}
    assert body_of(format, "test", AT, content) == BYTES[format].encode()


@pytest.mark.parametrize("event", [TEST, *all_events()], ids=lambda event: event.key)
@pytest.mark.parametrize("format", Format.values)
def test_every_event_has_an_example_in_every_format(event, format):
    body = body_of(format, event.key, AT, event.example).decode()
    assert event.words in body
