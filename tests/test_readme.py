"""The README cannot drift: every setting and every command of ours stands in it, and nothing else does."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()


def test_it_names_every_variable_of_the_environment():
    read = set(re.findall(r'env(?:\.\w+)?\("([A-Z_]+)"', (ROOT / "config/settings.py").read_text()))
    table = re.search(r"\| Variable \|.*?\n\n", README, re.DOTALL).group()
    named = {name for row in table.strip().splitlines()[2:] for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}
    assert named == read


def test_it_names_every_command():
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")} - {"__init__"}
    assert {f"manage.py {name}" for name in commands} <= set(re.findall(r"manage\.py \w+", README))


def test_it_names_every_target_of_the_makefile():
    targets = set(re.findall(r"^(\w+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)) - {"clean"}
    assert {f"make {name}" for name in targets} <= set(re.findall(r"make \w+", README))


def test_its_links_lead_somewhere():
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert [link for link in links if not (ROOT / link).exists()] == []
