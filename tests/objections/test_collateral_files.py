import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.urls import reverse

from objections.actions.collateral import add_version
from objections.actions.collateral import make_collateral as make_piece
from objections.files import KINDS, MAX_BYTES, FileRefused, kind_of
from objections.models import Collateral, Version
from tests.factories import make_collateral, make_theme

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PDF = b"%PDF-1.7\nwords"


def zipped(**parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)  # with a day of its own, so that it is the same each time
    return made.getvalue()


def office(folder, **more):
    return zipped(**{"[Content_Types].xml": "<Types/>", f"{folder}/document.xml": "<x/>", **more})


ODT = zipped(mimetype="application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("A.PDF", PDF),
        ("a.png", PNG),
        ("a.jpg", b"\xff\xd8\xff\xe0 and so on"),
        ("a.jpeg", b"\xff\xd8\xff\xe0 and so on"),
        ("a.mp4", b"\0\0\0\x18ftypmp42"),
        ("a.docx", office("word")),
        ("a.pptx", office("ppt")),
        ("a.xlsx", office("xl")),
        ("a.odt", ODT),
        ("a.txt", "Grüße\n".encode()),
        ("a.md", b"# Heading\r\n\twords"),
        ("a.csv", b"a;b\n1;2\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_takes_what_is_what_it_says(name, content):
    file = io.BytesIO(content)
    assert kind_of(file, name, len(content)).extension == "." + name.lower().split(".")[1]
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("a.html", b"<script>alert(1)</script>"),
        ("a.svg", b"<svg/>"),
        ("a.zip", office("word")),
        ("a.docm", office("word")),
        ("a", PDF),
        ("a.pdf.exe", PDF),
        ("a.pdf", b"MZ this is a program"),
        ("a.pdf", b""),
        ("a.png", PDF),
        ("a.mp4", b"\0\0\0\x18free"),
        ("a.docx", office("ppt")),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.docx", zipped(anything="x")),
        ("a.docx", office("word", **{"word/vbaProject.bin": "macro"})),
        ("a.odt", zipped(anything="x")),
        ("a.odp", ODT),
        ("a.txt", b"\0binary"),
        ("a.csv", b"\xff\xfe not utf-8"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_refuses_what_is_not(name, content):
    with pytest.raises(FileRefused):
        kind_of(io.BytesIO(content), name, len(content))


def test_it_refuses_more_than_20_mb_without_reading_it():
    with pytest.raises(FileRefused, match="20 MB"):
        kind_of(None, "a.pdf", MAX_BYTES + 1)


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def new_version(piece):
    return reverse("objections:version_create", args=[piece.pk])


def download(version):
    return reverse("objections:version_file", args=[version.pk])


def upload(client, piece, name="Our pack.pdf", content=PDF, **more):
    return client.post(new_version(piece), {"file": SimpleUploadedFile(name, content), **more})


def test_a_file_becomes_the_next_version_under_a_name_that_says_nothing(marketer, sign_in, tmp_path):
    piece = make_collateral(owner=marketer)
    upload(sign_in(marketer), piece, note="With prices")

    version = piece.versions.first()
    assert (version.number, version.file_name, version.note, version.by) == (2, "Our pack.pdf", "With prices", marketer)
    assert "pack" not in version.file.name
    assert (tmp_path / version.file.name).read_bytes() == PDF


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "file"),
        ({"link": "https://example.com", "file": ("a.pdf", PDF)}, "link"),
        ({"file": ("a.pdf", b"MZ")}, "file"),
        ({"file": ("a.exe", b"MZ")}, "file"),
        ({"file": ("a.pdf", b"")}, "file"),
        ({"link": "ftp://example.com/a"}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "not a link"}, "link"),
        ({"link": "https://example.com/" + "x" * 500}, "link"),
    ],
)
def test_anything_but_one_good_file_or_link_is_refused_and_keeps_what_was_typed(marketer, sign_in, data, field):
    piece = make_collateral(owner=marketer)
    data = {k: SimpleUploadedFile(*v) if k == "file" else v for k, v in data.items()}
    page = sign_in(marketer).post(new_version(piece), {**data, "note": "my own note"})
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert "my own note" in page.content.decode()
    assert piece.versions.count() == 1


def test_a_link_is_kept_and_the_same_once_more_makes_no_version(marketer, sign_in):
    piece = make_collateral(owner=marketer)
    for _ in range(2):
        assert sign_in(marketer).post(new_version(piece), {"link": "http://example.com/new"}).status_code == 302
    assert list(piece.versions.values_list("number", "link")) == [
        (2, "http://example.com/new"),
        (1, "https://example.com/sheet"),
    ]


def test_a_file_comes_back_as_a_download_that_no_browser_interprets(rep, marketer, sign_in):
    piece = make_collateral(owner=marketer)
    upload(sign_in(marketer), piece, name='Größe "5" <b>.txt', content=b"<script>alert(1)</script>")
    piece.publications.update(version=piece.versions.first())

    answer = sign_in(rep).get(download(piece.versions.first()))

    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert "\n" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "text/plain"


def test_a_draft_is_not_there_for_a_rep(rep, marketer, sign_in):
    piece = make_collateral(owner=marketer)
    upload(sign_in(marketer), piece)
    version = piece.versions.first()

    assert sign_in(rep).get(download(version)).status_code == 404
    assert "Our pack.pdf" not in sign_in(rep).get(piece.get_absolute_url()).content.decode()
    answer = sign_in(marketer).get(download(version))
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, PDF)


def test_a_link_has_no_file(marketer, sign_in):
    assert sign_in(marketer).get(download(make_collateral(owner=marketer).versions.get())).status_code == 404


def test_a_stranger_gets_no_file(marketer, sign_in):
    piece = make_collateral(owner=marketer)
    upload(sign_in(marketer), piece)
    assert sign_in(None).get(download(piece.versions.first())).status_code == 302


def test_uploads_are_served_nowhere_else(marketer, sign_in):
    piece = make_collateral(owner=marketer)
    upload(sign_in(marketer), piece)
    name = piece.versions.first().file.name
    client = sign_in(marketer)
    assert {client.get(f"{start}{name}").status_code for start in ("/", "/media/", "/uploads/", "/static/")} == {404}


def test_new_collateral_takes_its_first_version_along(marketer, sign_in):
    data = {"title": "Pack", "type": "security pack", "themes": [make_theme().pk], "link": "https://example.com/p"}
    sign_in(marketer).post(reverse("objections:collateral_create"), data)
    assert Version.objects.get().link == "https://example.com/p"


def test_new_collateral_with_a_bad_file_is_not_half_saved(marketer, sign_in):
    data = {"title": "Pack", "type": "security pack", "themes": [make_theme().pk]}
    data["file"] = SimpleUploadedFile("a.pdf", b"MZ")
    page = sign_in(marketer).post(reverse("objections:collateral_create"), data)
    assert (page.status_code, Collateral.objects.count()) == (422, 0)


@pytest.fixture
def _versions_fail(monkeypatch):
    def fail(version, **options):
        raise DatabaseError("no")

    monkeypatch.setattr(Version, "save", fail)


@pytest.mark.usefixtures("_versions_fail")
def test_new_collateral_and_its_first_version_are_saved_together_or_not_at_all(marketer):
    piece = Collateral(title="Pack", type="security pack")
    with pytest.raises(DatabaseError):
        make_piece(collateral=piece, themes=[make_theme()], by=marketer, link="https://example.com/p")
    assert not Collateral.objects.exists()


@pytest.mark.usefixtures("_versions_fail")
def test_a_version_that_cannot_be_saved_leaves_no_file(db, marketer, tmp_path):
    piece = Collateral.objects.create(title="Pack", type="security pack", owner=marketer)
    with pytest.raises(DatabaseError):
        add_version(collateral=piece, by=marketer, file=ContentFile(PDF, "a.pdf"), kind=KINDS[".pdf"])
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.pdf",
        "..\\..\\boot.pdf",
        "/abs/olute.pdf",
        "a\0b.pdf",
        "a\r\nSet-Cookie: x=1.pdf",
        'a";x="b.pdf',
    ]
    + ['a";x="b.pdf', "=cmd|x.pdf", "<script>.pdf", "ünïcode.pdf"],
)
def test_a_name_reaches_neither_the_disk_nor_the_headers_nor_the_page_unchecked(name, marketer, sign_in, tmp_path):
    client, piece = sign_in(marketer), make_collateral(owner=marketer)
    answer = upload(client, piece, name=name)
    if answer.status_code == 422:
        return
    version = piece.versions.first()
    stored = (tmp_path / version.file.name).resolve()
    assert stored.is_relative_to(tmp_path)
    assert "/" not in version.file_name
    assert not any(ord(letter) < 32 for letter in version.file_name)
    sent = client.get(download(version))
    list(sent.streaming_content)
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert "Set-Cookie" not in sent.headers
    assert "<script>.pdf" not in client.get(piece.get_absolute_url()).content.decode()


POLYGLOTS = {
    "a page in a picture": ("a.png", PNG + b"<script>alert(1)</script>"),
    "an archive behind a PDF": ("a.pdf", PDF + zipped(anything="x")),
    "a page as text": ("a.txt", b"<html><script>alert(1)</script>"),
}


@pytest.mark.parametrize(("name", "content"), POLYGLOTS.values(), ids=POLYGLOTS)
def test_what_is_two_things_is_only_ever_a_download(name, content, marketer, sign_in):
    client, piece = sign_in(marketer), make_collateral(owner=marketer)
    upload(client, piece, name=name, content=content)
    sent = client.get(download(piece.versions.first()))
    assert b"".join(sent.streaming_content) == content
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Content-Type"].split(";")[0] in {kind.media_type for kind in KINDS.values()}
    assert "html" not in sent.headers["Content-Type"]
    assert "default-src 'none'" in sent.headers["Content-Security-Policy"]


def test_no_upload_lies_where_the_web_server_serves_files():
    from config import settings

    assert not settings.MEDIA_ROOT.is_relative_to(settings.STATIC_ROOT)
    assert not settings.MEDIA_ROOT.is_relative_to(settings.BASE_DIR / "config")
    assert not hasattr(settings, "MEDIA_URL")
