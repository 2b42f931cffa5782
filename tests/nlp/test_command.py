import csv
import json

import pytest

from objections.nlp.__main__ import main
from tests.nlp.sentences import texts_and_labels


@pytest.fixture
def notes(tmp_path):
    path = tmp_path / "notes.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["note", "theme"])
        writer.writerows([("", ""), *zip(*texts_and_labels(), strict=True)])
    return path


def test_it_prints_themes(notes, capsys):
    assert main(["find", str(notes), "--text", "note"]) == 0
    assert "53 texts, " in capsys.readouterr().out


def test_it_prints_the_agreement_with_labels(notes, capsys):
    assert main(["find", str(notes), "--text", "note", "--label", "theme"]) == 0
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert last.startswith("agreement with the labels (adjusted Rand index): 0.")


def test_it_prints_json_with_row_numbers(notes, capsys):
    assert main(["find", str(notes), "--text", "note", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    rows = [row for theme in found["themes"] for row in theme["members"]] + found["unthemed"]
    assert sorted(rows) == list(range(2, 55))
    assert found["texts"] == 53
    assert set(found["themes"][0]) == {"members", "name", "phrases", "cohesion", "quote"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_it_reads_what_spreadsheets_write(tmp_path, capsys, encoding):
    path = tmp_path / "notes.csv"
    path.write_text("note\n" + "“trop cher”, dit le client café\n" * 5, encoding=encoding)
    assert main(["find", str(path), "--text", "note"]) == 0
    assert "“trop cher”" in capsys.readouterr().out


def test_it_says_that_the_file_is_missing(tmp_path, capsys):
    assert main(["find", str(tmp_path / "nothing.csv"), "--text", "note"]) == 2
    assert "No such file" in capsys.readouterr().err


def test_it_says_which_columns_there_are(notes, capsys):
    assert main(["find", str(notes), "--text", "remark"]) == 2
    assert 'no column "remark". Its columns: note, theme.' in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"note\n\x00\x00", b"\x89PNG\r\n\x1a\n\x00"])
def test_it_refuses_what_is_no_table(tmp_path, capsys, content):
    path = tmp_path / "notes.csv"
    path.write_bytes(content)
    assert main(["find", str(path), "--text", "text"]) == 2
    assert str(path) in capsys.readouterr().err


def test_it_finds_nothing_in_a_header(tmp_path, capsys):
    path = tmp_path / "notes.csv"
    path.write_text("note\n")
    assert main(["find", str(path), "--text", "note"]) == 0
    assert capsys.readouterr().out == "0 texts, 0 themes, 0 unthemed\n"


def test_it_measures_placing(notes, capsys):
    assert main(["place", str(notes), "--text", "note", "--label", "theme", "--examples", "5"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("33 texts asked about, ")
    assert float(said.rsplit(" ", 1)[1].rstrip(")\n")) > 0.7


@pytest.mark.parametrize("examples", ["0", "-1", "some"])
def test_it_refuses_an_impossible_number_of_examples(notes, capsys, examples):
    with pytest.raises(SystemExit) as stopped:
        main(["place", str(notes), "--text", "note", "--label", "theme", "--examples", examples])
    assert stopped.value.code == 2
    assert f"invalid positive value: '{examples}'" in capsys.readouterr().err
