"""Uploads made to hurt, by page: each is refused with a word, what else was typed is kept, and nothing is stored."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.urls import reverse

from objections.archives import MOST_PARTS
from objections.files import MAX_BYTES, FileRefused, kind_of
from objections.models import Collateral, Version
from tests.factories import make_collateral, make_theme
from tests.sent import Body

PDF = b"%PDF-1.7\nwords"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"}


def zipped(parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def unpacking_to(megabytes):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in WORD.items():
            archive.writestr(name, content)
        with archive.open("word/media/image1.png", "w", force_zip64=True) as part:
            for _ in range(megabytes):
                part.write(b"\0" * 1024 * 1024)
    return made.getvalue()


def lying(claimed=10):
    """An archive whose largest part says it is small."""
    data = unpacking_to(3)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        true = archive.getinfo("word/media/image1.png").file_size
    return data.replace(true.to_bytes(4, "little"), claimed.to_bytes(4, "little"))


HURTING = {
    "a program called .pdf": ("pack.pdf", b"MZ\x90\0 This program cannot be run in DOS mode", "content is something"),
    "a picture that runs a script": ("logo.svg", SVG, "SVG"),
    "the same, called .png": ("logo.png", SVG, "content is something"),
    "a bomb": ("pack.docx", unpacking_to(301), "unpacks to more"),
    "a bomb of very many parts": (
        "pack.docx",
        zipped(WORD | {f"word/{n}.xml": b"" for n in range(MOST_PARTS)}),
        "unpacks to more",
    ),
    "a bomb that lies about its size": ("pack.docx", lying(), "content is something"),
    "a macro": ("pack.docx", zipped(WORD | {"word/vbaProject.bin": b"macro"}), "macros"),
    "a macro in OpenDocument": (
        "pack.odt",
        zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "Basic/Standard/Module1.xml": b""}),
        "macros",
    ),
    "a program inside, by its name": ("pack.pptx", zipped(WORD | {"ppt/a.xml": b"", "ppt/setup.exe": b"x"}), "program"),
    "a program inside, by its bytes": ("pack.docx", zipped(WORD | {"word/media/image1.png": b"MZ\x90"}), "program"),
    "a program in an object inside": (
        "pack.docx",
        zipped(WORD | {"word/embeddings/oleObject1.bin": b"\0MZ This program cannot be run in DOS mode"}),
        "program",
    ),
    "a part that leads out": ("pack.docx", zipped(WORD | {"../../etc/cron.d/x": b"x"}), "paths out of it"),
}


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "media", tmp_path / "passing"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()


@pytest.fixture
def stored(tmp_path):
    return lambda: [path for path in tmp_path.rglob("*") if path.is_file()]


def new_version(piece):
    return reverse("objections:version_create", args=[piece.pk])


@pytest.mark.parametrize(("name", "content", "words"), HURTING.values(), ids=HURTING)
def test_it_is_refused_in_words_and_nothing_is_stored(name, content, words, marketer, sign_in, stored):
    piece = make_collateral(owner=marketer)
    page = sign_in(marketer).post(
        new_version(piece), {"file": SimpleUploadedFile(name, content), "note": "my own note"}
    )
    assert page.status_code == 422
    assert words in page.context["form"].errors["file"][0]
    assert "my own note" in page.content.decode()
    assert piece.versions.count() == 1
    assert stored() == []


@pytest.mark.parametrize(("name", "content", "words"), HURTING.values(), ids=HURTING)
def test_new_collateral_is_not_made_of_it_either(name, content, words, marketer, sign_in, stored):
    data = {"title": "My own title", "type": "security pack", "themes": [make_theme().pk]}
    page = sign_in(marketer).post(
        reverse("objections:collateral_create"), data | {"file": SimpleUploadedFile(name, content)}
    )
    assert page.status_code == 422
    assert "My own title" in page.content.decode()
    assert (Collateral.objects.count(), Version.objects.count(), stored()) == (0, 0, [])


def post(client, url, body):
    return client.generic("POST", url, **body.sent)


def test_200_mb_are_refused_in_words_and_kept_nowhere_on_their_way(marketer, sign_in, stored, monkeypatch):
    """Of what Django writes down while the body comes in there is never more than a file of the size we take."""
    piece, written = make_collateral(owner=marketer), []
    write = TemporaryFileUploadHandler.receive_data_chunk

    def counted(handler, data, start):
        written.append(len(data))
        return write(handler, data, start)

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", counted)
    body = Body({"note": "my own note"}, name="film.mp4", size=200 * 1024 * 1024)
    page = post(sign_in(marketer), new_version(piece), body)
    assert page.status_code == 422
    assert "larger than 20 MB" in page.context["form"].errors["file"][0]
    assert "my own note" in page.content.decode()
    assert (piece.versions.count(), stored()) == (1, [])
    assert MAX_BYTES * 0.9 < sum(written) <= MAX_BYTES


NAMES = [
    "../../etc/passwd.pdf",
    "..\\..\\boot.pdf",
    "/etc/cron.d/pack.pdf",
    "C:\\pack.pdf",
    "&#46;&#46;&#47;pack.pdf",
    "..",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_a_path_is_refused_in_words(name, marketer, sign_in, stored):
    piece = make_collateral(owner=marketer)
    page = post(sign_in(marketer), new_version(piece), Body({"note": "my own note"}, name=name, content=PDF))
    assert page.status_code == 422
    assert page.context["form"].errors["file"] == ["The file's name holds a path. Give it a plain name."]
    assert "my own note" in page.content.decode()
    assert (piece.versions.count(), stored()) == (1, [])


def test_a_plain_name_sent_the_same_way_is_taken(marketer, sign_in, stored):
    piece = make_collateral(owner=marketer)
    assert (
        post(sign_in(marketer), new_version(piece), Body({"note": ""}, name="pack.pdf", content=PDF)).status_code == 302
    )
    assert piece.versions.first().file_name == "pack.pdf"
    assert [path.read_bytes() for path in stored()] == [PDF]


def test_a_page_that_takes_no_file_keeps_none(company, sign_in, stored):
    body = Body({"username": "x"}, name="film.mp4", size=30 * 1024 * 1024)
    assert post(sign_in(None), reverse("login"), body).status_code == 422
    assert stored() == []


def test_a_true_file_of_many_pictures_is_taken():
    data = zipped(WORD | {f"word/media/image{n}.png": b"\x89PNG" + bytes(200) for n in range(400)})
    assert kind_of(io.BytesIO(data), "a.docx", len(data)).extension == ".docx"


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args, **kwargs: pytest.fail("unpacked"))
    data = HURTING["a bomb"][1]
    with pytest.raises(FileRefused, match="unpacks to more"):
        kind_of(io.BytesIO(data), "a.docx", len(data))
