"""Imports point one way: config → objections → feedback → django, and objections.nlp never meets django."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("feedback", "objections", "config")
# What a module under the key must not name, in an import or in a string; the first key that fits holds.
FORBIDDEN = {
    "feedback": ("objections", "config"),
    "objections/nlp": ("django", "feedback", "config", "rest_framework", "celery"),
    "objections": ("config",),
}


def modules():
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def rule_for(path):
    relative = path.relative_to(ROOT).as_posix()
    return next((banned for prefix, banned in FORBIDDEN.items() if relative.startswith(f"{prefix}/")), ())


def named_modules(tree):
    """Every module a syntax tree names: imports wherever they stand, and dotted or namespaced strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            value = node.value
            if value.replace(".", "").replace(":", "").replace("_", "").replace("/", "").isalnum():
                separator = next((s for s in (".", ":", "/") if s in value), None)
                if separator and value != "config.cfg":  # the knobs of objections.nlp, a file
                    yield value.replace(":", ".").replace("/", "."), node.lineno
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
            first, second = node.elts
            if isinstance(first, ast.Constant) and isinstance(second, ast.Constant) and str(second.value)[:1].isdigit():
                yield f"{first.value}.{second.value}", node.lineno  # a migration's dependency


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_it_imports_only_what_lies_below(path):
    banned = rule_for(path)
    wrong = [
        f"{path.relative_to(ROOT)}:{line} names {name}"
        for name, line in named_modules(ast.parse(path.read_text()))
        for prefix in banned
        if name == prefix or name.startswith(f"{prefix}.")
    ]
    assert wrong == []


def test_the_rule_finds_an_import_hidden_in_a_function_and_a_lazy_string():
    hidden = ast.parse("def f():\n    from objections.models import Theme\n    return reverse('objections:theme_list')")
    assert [name for name, _ in named_modules(hidden)] == ["objections.models", "objections.theme_list"]


def test_there_are_no_rooms_for_everything():
    names = {"core", "common", "utils", "helpers", "services", "base"}
    assert [p for p in modules() if p.stem in names or names & set(p.relative_to(ROOT).parts)] == []


@pytest.mark.parametrize("banned", ["django", "spacy", "sklearn"])
def test_the_language_package_loads_without_django_and_without_its_heavy_parts(banned):
    code = f"import sys, objections.nlp; sys.exit({banned!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_top_level_is_what_the_house_says():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    top = {line.split("/")[0] for line in tracked.splitlines()}
    agreed = {"feedback", "objections", "config", "templates", "tests", "manage.py", "requirements.txt", "README.md"}
    also = {"Makefile", "pyproject.toml", "CHANGELOG.md", "LICENSE", "deploy"}
    assert {name for name in top if not name.startswith(".")} <= agreed | also


RAW_WORDS = re.compile(
    r"\{\{[^}]*\b(?!version|answer|form|action|decision|entry|change|quote)\w+"
    r"\.(text|raised_by|answer_used|would_have_changed|won_because|other_reason)\b"
)


@pytest.mark.parametrize(
    "folder", ["objections/objections", "objections/themes", "objections/proposals", "feedback/reviews"]
)
def test_templates_show_what_was_said_as_the_reader_may_read_it(folder):
    """Through `words_for`, which masks buyers for marketers; what an earlier version said is shown to its author."""
    raw = [
        f"{path.name}: {found[0]}"
        for path in sorted((ROOT / "templates" / folder).glob("*.html"))
        for found in RAW_WORDS.finditer(path.read_text())
    ]
    assert raw == []


def test_the_rule_finds_words_shown_raw():
    assert RAW_WORDS.search("<p>{{ voice.text|linebreaksbr }}</p>")
    assert RAW_WORDS.search("{{ panel.newest.text }}")
    assert not RAW_WORDS.search("{{ answer.text }} {{ version.text }} {{ form.text.errors }} {{ said }}")
