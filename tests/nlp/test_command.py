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
    assert set(found["themes"][0]) == {
        *("key", "name", "category", "members", "phrases", "cohesion", "quote", "exemplars")
    }


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


def test_it_measures_finding_and_guessing(notes, capsys):
    assert main(["evaluate", str(notes), "--text", "note", "--label", "theme", "--shots", "0,3,99", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["n"], figures["themes_true"], figures["category_first"]) == (53, 5, None)
    assert list(figures["shots"]) == ["3"]
    assert figures["shots"]["3"]["top3"] >= figures["shots"]["3"]["first"] > 0.7
    assert 0 < figures["ari"] <= 1
    assert figures["novelty_auroc"] > 0.5
    assert set(figures["seconds"]) == {"encode", "discover"}


def test_it_measures_categories_without_a_placement(tmp_path, capsys):
    path = tmp_path / "notes.csv"
    path.write_text("note,theme,kind\nthey are a third cheaper than us,a,price\nno news for weeks,b,other\n")
    asked = ["evaluate", str(path), "--text", "note", "--label", "theme", "--category", "kind", "--json"]
    assert main(asked) == 0
    assert json.loads(capsys.readouterr().out)["category_first"] == 1.0


@pytest.mark.parametrize("shots", ["-1", "some", "3,"])
def test_it_refuses_an_impossible_number_of_shots(notes, capsys, shots):
    with pytest.raises(SystemExit) as stopped:
        main(["evaluate", str(notes), "--text", "note", "--label", "theme", f"--shots={shots}"])
    assert stopped.value.code == 2
    assert f"invalid numbers value: '{shots}'" in capsys.readouterr().err


def test_it_has_nothing_to_measure_in_a_header(tmp_path, capsys):
    path = tmp_path / "notes.csv"
    path.write_text("note,theme\n")
    assert main(["evaluate", str(path), "--text", "note", "--label", "theme"]) == 2
    assert "no text to measure" in capsys.readouterr().err


@pytest.fixture
def themes(tmp_path):
    path = tmp_path / "themes.csv"
    path.write_text("theme,text\nprice,far too dear for us\nprice,a rival is cheaper\nsecurity,no SOC 2 report\n,x\n")
    return path


def test_it_matches_notes_to_the_themes_of_another_file(themes, tmp_path, capsys):
    path = tmp_path / "notes.csv"
    path.write_text("note\n\nthey find it too expensive\n")
    assert main(["match", str(path), "--text", "note", "--themes", str(themes), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["themes"][0][0] == "price"
    assert 0 < found["novel"] < 1

    assert main(["match", str(path), "--text", "note", "--themes", str(themes)]) == 0
    assert "price" in capsys.readouterr().out


def test_it_says_when_no_theme_is_shown(tmp_path, notes, capsys):
    path = tmp_path / "themes.csv"
    path.write_text("theme,text\n")
    assert main(["match", str(notes), "--text", "note", "--themes", str(path)]) == 2
    assert "shows no theme an example" in capsys.readouterr().err


def test_it_measures_a_file_without_a_theme(tmp_path, capsys):
    path = tmp_path / "notes.csv"
    path.write_text("note,theme\nnothing to see,outlier\nnor here,\n")
    assert main(["evaluate", str(path), "--text", "note", "--label", "theme", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["themes_true"], figures["novelty_auroc"], figures["shots"]) == (0, None, {})
