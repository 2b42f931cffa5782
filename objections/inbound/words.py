"""What somebody typed in a mail: HTML as text, without quoted mails and signatures."""

import re
from collections import Counter
from html.parser import HTMLParser

_PARAGRAPHS = {"p", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr", "blockquote"}  # space around
_LINES = {"div", "tr", "li", "br", "section", "article", "dt", "dd"} | _PARAGRAPHS
_SILENT = {"style", "script", "head", "title", "template"}
_VOID = {"br", "hr", "img", "input", "meta", "link", "wbr", "col", "base", "area", "source"}
_QUOTES = ("gmail_quote", "yahoo_quoted", "moz-cite-prefix")  # classes of what mail programs quote


class _Text(HTMLParser):
    """Collects the text of HTML by lines; what a mail program marks as quoted begins with `>`, as in plain mails."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.lines, self.line, self.open = [], "", []
        self.count, self.silent, self.quoted = Counter(), 0, 0  # of what is open, so that no depth makes it slow

    def handle_starttag(self, tag, attrs):
        self._end_line(tag)
        if tag == "li":
            self.line = "* "
        if tag not in _VOID:
            marks = dict(attrs).get("class") or ""
            is_quote = tag == "blockquote" or any(mark in marks for mark in _QUOTES)
            self.open.append((tag, is_quote))
            self._counted(tag, is_quote, 1)

    def handle_endtag(self, tag):
        if not self.count[tag]:
            return
        self._end_line(tag)
        closed = ""
        while closed != tag:
            closed, is_quote = self.open.pop()
            self._counted(closed, is_quote, -1)

    def _counted(self, tag, is_quote, by):
        self.count[tag] += by
        self.silent += by * (tag in _SILENT)
        self.quoted += by * is_quote

    def handle_data(self, data):
        if not self.silent:
            self.line += re.sub(r"\s+", " ", data)

    def _end_line(self, tag):
        if tag not in _LINES:
            return
        words = self.line.strip()
        if words:
            self.lines.append(f"> {words}" if self.quoted else words)
        if self.lines and self.lines[-1] and (tag in _PARAGRAPHS or (tag == "br" and not words)):
            self.lines.append("")
        self.line = ""

    @property
    def text(self):
        self._end_line("p")
        return "\n".join(self.lines)


def text_of_html(html: str) -> str:
    parser = _Text()
    parser.feed(html)
    parser.close()
    return parser.text


# Where the quoted mail begins, in the languages our people's mail programs speak.
_CUT = re.compile(
    r"^\s*(-{2,} ?(original message|forwarded message|ursprüngliche nachricht|weitergeleitete nachricht"
    r"|message d.origine|message transféré|oorspronkelijk bericht) ?-{2,}"
    r"|(begin forwarded message|anfang der weitergeleiteten nachricht) ?:?)\s*$",
    re.IGNORECASE,
)
_INTRO = re.compile(
    r"^\s*(on\b.{6,300}\bwrote|am\b.{6,300}\bschrieb\b.{0,200}|le\b.{6,300}\ba écrit|op\b.{6,300}\bschreef\b.{0,200}"
    r"|el\b.{6,300}\bescribió|il\b.{6,300}\bha scritto) ?:\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^[\s*]*(from|von|de|van|da) ?:[\s*]*\S", re.IGNORECASE)
_SENT = re.compile(
    r"^[\s*]*(sent|date|gesendet|datum|envoyé|verzonden|enviado|inviato|to|an|à|aan|para|a|subject|betreff) ?:[\s*]*\S",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^\s*(--\s*|_{10,}\s*|(sent from (my|mail|outlook|yahoo|proton|samsung)|get outlook for|holen sie sich outlook"
    r"|von meinem (iphone|ipad|handy|smartphone|samsung|android|mobil)|gesendet (von|mit) (meinem|mail|outlook|der)"
    r"|envoyé (de|depuis) mon|verzonden vanaf mijn)\b.{0,60})$",
    re.IGNORECASE,
)


def words_of(text: str) -> str:
    """What was typed above, between or below quoted mails; nothing where all of it is quoted or a signature."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    kept, at = [], 0
    while at < len(lines):
        line = lines[at]
        many = _intro_lines(lines, at)
        if many:
            at += many
            if not _is_quoted_next(lines, at):
                break  # what follows is the other mail, unmarked
            continue
        if _CUT.match(line) or _SIGNATURE.match(line) or _is_head_of_mail(lines, at):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
        at += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _intro_lines(lines, at):
    """Over how many lines `On … wrote:` runs that begins here; 0 for none. Programs wrap it."""
    for many in (1, 2, 3):
        said = " ".join(line.strip() for line in lines[at : at + many])
        if len(said) < 600 and re.search(r"\d", said) and _INTRO.match(said):  # a date is in it
            return many
    return 0


def _is_quoted_next(lines, at):
    following = next((line for line in lines[at:] if line.strip()), "")
    return following.lstrip().startswith(">")


def _is_head_of_mail(lines, at):
    """`From: … / Sent: …`, as Outlook sets over a quoted mail."""
    following = [line for line in lines[at + 1 : at + 5] if line.strip()][:2]
    return bool(_FROM.match(lines[at])) and any(_SENT.match(line) for line in following)
