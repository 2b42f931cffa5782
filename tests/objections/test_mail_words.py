"""What was typed in a mail: without quoted mails and signatures, from plain text or HTML."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objections.inbound.words import text_of_html, words_of

SAID = "Too dear for what it does.\nThey asked twice."


@pytest.mark.parametrize(
    "tail",
    [
        "",
        "\n\n> On the phone we said\n> that it pays back",
        "\n\nOn Fri, 27 Nov 2026 at 10:02, Bea Buyer <bea@buyer.example> wrote:\n\n> We cannot pay this\n>> Our offer",
        "\n\nOn Fri, 27 Nov 2026 at 10:02, Bea Buyer\n<bea.with.a.long.name@buyer.example> wrote:\n\n> We cannot pay",
        "\n\nOn Fri, 27 Nov 2026 at 10:02, Bea Buyer wrote:\nWe cannot pay this, and it is not marked",
        "\n\nAm 27.11.2026 um 10:02 schrieb Bea Buyer <bea@buyer.example>:\n> Das ist zu teuer",
        "\n\nAm Fr., 27. Nov. 2026 um 10:02 Uhr schrieb Bea Buyer <\nbea@buyer.example>:\n\n> Das ist zu teuer",
        "\n\nLe ven. 27 nov. 2026 à 10:02, Bea Buyer <bea@buyer.example> a écrit :\n> Trop cher",
        "\n\n-----Original Message-----\nFrom: Bea Buyer\nSent: Friday\nTo: Rita\n\nWe cannot pay this",
        "\n\n-----Ursprüngliche Nachricht-----\nVon: Bea Buyer\n\nDas ist zu teuer",
        "\n\n---------- Forwarded message ---------\nFrom: Bea Buyer <bea@buyer.example>\n\nWe cannot pay this",
        "\n\nBegin forwarded message:\n\nFrom: Bea Buyer\n\nWe cannot pay this",
        "\n\nVon: Bea Buyer <bea@buyer.example>\nGesendet: Freitag, 27. November 2026 10:02\nAn: Rita\n\nZu teuer",
        "\n\nFrom: Bea Buyer <bea@buyer.example>\nSent: Friday, November 27, 2026 10:02 AM\nTo: Rita\n\nWe cannot pay",
        "\n\n________________________________\nFrom: Bea Buyer\nSent: Friday\n\nWe cannot pay this",
        "\n\n-- \nRita Rep\n+49 30 1234567",
        "\n\n--\nRita Rep",
        "\n\nSent from my iPhone",
        "\n\nVon meinem iPhone gesendet",
        "\n\nGet Outlook for iOS",
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_it_leaves_out_what_others_wrote_and_signatures(tail, ends):
    assert words_of(f"{SAID}{tail}\n".replace("\n", ends)) == SAID


def test_it_keeps_what_was_typed_below_and_between_quotes():
    quotes = "On 27 Nov 2026, Bea wrote:\n> Is it dear?\n\nShe asked for the price.\n\n> And slow?\n\n"
    mail = quotes + "And for speed.\n-- \nRita"
    assert words_of(mail) == "She asked for the price.\n\nAnd for speed."


@pytest.mark.parametrize(
    "said",
    [
        "From: the start they said it is too dear",
        "Von meinem Kunden kam heute: zu teuer",
        "On the call their CFO wrote:\nno budget this year",
        "They sent from their side a list",
        "Price - much too high -- they said",
    ],
)
def test_it_keeps_sentences_that_only_look_like_it(said):
    assert words_of(said) == said


@pytest.mark.parametrize("mail", ["", "\n\n", "> all\n> quoted", "-- \nRita", "\n\nOn 1 May 2026, Bea wrote:\n> x"])
def test_it_finds_nothing_where_nothing_was_typed(mail):
    assert words_of(mail) == ""


def test_html_is_read_by_lines_and_paragraphs():
    html = (
        "<html><head><title>T</title><style>p{color:red}</style></head><body><script>alert(1)</script>"
        "<p>Too&nbsp;dear for   what\nit does.</p><p>Also:</p><ul><li>slow</li><li>old &amp; odd</li></ul>"
        "<div>One</div><div>two<br>three</div><div><br></div><div>four</div></body></html>"
    )
    assert words_of(text_of_html(html)) == (
        "Too dear for what it does.\n\nAlso:\n\n* slow\n* old & odd\n\nOne\ntwo\nthree\n\nfour"
    )


@pytest.mark.parametrize(
    "quote",
    [
        '<div class="gmail_quote"><div class="gmail_attr">On Fri, Nov 27, 2026 Bea wrote:<br></div>'
        "<blockquote>We cannot <b>pay</b></blockquote></div>",
        '<div class="moz-cite-prefix">On 27.11.26 10:02, Bea wrote:<br></div>'
        '<blockquote type="cite"><p>No</p></blockquote>',
        "<div><p><b>From:</b> Bea<br><b>Sent:</b> Friday<br><b>To:</b> Rita</p></div><p>We cannot pay</p>",
        "<hr><p><b>Von:</b> Bea<br><b>Gesendet:</b> Freitag<br></p><p>Zu teuer</p>",
        "<p>-- <br>Rita Rep</p>",
    ],
)
def test_html_loses_what_its_mail_program_quotes(quote):
    assert words_of(text_of_html(f"<div>Too dear.</div>{quote}")) == "Too dear."


@given(st.text(max_size=400))
def test_any_text_can_be_read(text):
    assert ">" not in [line.lstrip()[:1] for line in words_of(text).split("\n")]
    words_of(text_of_html(text))


@pytest.mark.parametrize("html", ["<b>x" * 40_000, "<p>" * 60_000, "<blockquote>" * 15_000 + "x" + "</div>" * 15_000])
def test_deep_html_is_read_in_no_time(html):
    began = time.monotonic()
    words_of(text_of_html(html))
    assert time.monotonic() - began < 5
