"""Values written into the configuration by what fits them."""

import pytest

from objections.nlp.settings import read_section, write_section

TEXT = """# Every knob.
[lens]
share = 0.5
# A word on it.
sha256 = "a"

[matcher]
share = 0.1
curve = [1, 2]
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "config.cfg"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_values_take_the_place_of_those_of_their_section_and_nothing_else_moves(path):
    assert read_section("matcher", path)["share"] == 0.1
    write_section("matcher", {"share": 0.7, "curve": [-1.5, 2.0]}, path)
    assert path.read_text("utf-8") == TEXT.replace("share = 0.1", "share = 0.7").replace("[1, 2]", "[-1.5, 2.0]")
    assert read_section("matcher", path)["share"] == 0.7, "read again"
    write_section("lens", {"sha256": "\\u00e9 \\1"}, path)
    assert read_section("lens", path) == {"share": 0.5, "sha256": "\\u00e9 \\1"}


@pytest.mark.parametrize(("section", "key"), [("lens", "curve"), ("namer", "share")])
def test_what_is_not_there_is_not_written(path, section, key):
    with pytest.raises(KeyError, match=section):
        write_section(section, {key: 1}, path)
    assert path.read_text("utf-8") == TEXT
