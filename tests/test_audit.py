"""The dependency audit of the gate: what it says and when it fails."""

import importlib.util
import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parent.parent
SPEC = importlib.util.spec_from_file_location("audit", ROOT / ".ci/audit.py")
audit = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(audit)

CLEAN = {"name": "django", "version": "5.2.19", "vulns": []}
UNASKED = {"name": "vine", "skip_reason": "Dependency not found on PyPI and could not be audited: vine (5.1.0)"}
HOLE = {"name": "x", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
OPEN = {"name": "x", "version": "1", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]}


def answers(*packages):
    return json.dumps({"dependencies": packages, "fixes": []})


@pytest.mark.parametrize(
    ("output", "code", "said"),
    [
        (answers(CLEAN), 0, "1 packages checked, 0 known vulnerabilities"),
        (answers(CLEAN, HOLE), 1, "x 1: PYSEC-1, fixed in 2"),
        (answers(OPEN), 1, "x 1: PYSEC-2, no fix yet"),
        (answers(UNASKED), 0, "NOT CHECKED: requirements.txt"),
        (answers(CLEAN, UNASKED), 0, "NOT CHECKED: vine"),
        (answers(HOLE, UNASKED), 1, "NOT CHECKED: vine"),
        ("", 0, "NOT CHECKED: requirements.txt"),
        ("Traceback", 0, "NOT CHECKED: requirements.txt"),
        ("[]", 0, "NOT CHECKED: requirements.txt"),
    ],
)
def test_it_fails_for_what_is_known_and_says_what_was_not_checked(output, code, said, monkeypatch, capsys):
    monkeypatch.setattr(audit.subprocess, "run", lambda *args, **kwargs: SimpleNamespace(stdout=output))
    assert audit.main() == code
    assert said in capsys.readouterr().out


def test_an_index_that_never_answers_is_said(monkeypatch, capsys):
    def hang(*args, **kwargs):
        raise subprocess.TimeoutExpired("pip-audit", 300)

    monkeypatch.setattr(audit.subprocess, "run", hang)
    assert audit.main() == 0
    assert capsys.readouterr().out.count("NOT CHECKED") == len(audit.LOCKS)


def test_the_gate_asks_for_both_locks():
    assert ".ci/audit.py" in (ROOT / ".ci/run").read_text()
    assert all((ROOT / lock).exists() for lock in audit.LOCKS)
