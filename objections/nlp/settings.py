"""Reads `config.cfg` without spaCy, for the parts that the web process uses while someone types."""

import hashlib
import io
import json
import os
import re
from collections.abc import Mapping
from configparser import ConfigParser
from functools import cache
from pathlib import Path

CONFIG = Path(__file__).with_name("config.cfg")
OWN = "NLP_CONFIG"  # the variable that names a company's own file


def read_section(name: str, path: Path = CONFIG) -> dict:
    """One section as a dict. The format is spaCy's: configparser with JSON values.

    Raises KeyError if the file or the section is absent, ValueError if a value is not JSON.
    """
    return dict(_read(path)[name])


def digest(name: str, path: Path = CONFIG) -> str:
    """SHA-256 of a section and those below it ("reader", "reader.nlp" …): differs when one of its settings does."""
    within = {key: values for key, values in _read(path).items() if key == name or key.startswith(f"{name}.")}
    return hashlib.sha256(json.dumps(within, sort_keys=True).encode()).hexdigest()


def as_text(path: Path = CONFIG) -> str:
    """The whole configuration as spaCy reads it, with the company's own sections in place of ours."""
    written = io.StringIO()
    _parse(path).write(written)
    return written.getvalue()


def write_section(name: str, values: Mapping[str, object], path: Path = CONFIG) -> None:
    """Puts values in the place of those a section has, and leaves the rest of the file as it is.

    Raises KeyError for a section that the file does not have, or a setting that the section does not.
    """
    whole = re.compile(rf"^(\[{re.escape(name)}\]\n(?:(?!\[).*\n)*)", re.MULTILINE)
    parts = whole.split(path.read_text(encoding="utf-8"), maxsplit=1)
    if len(parts) != len(("before", name, "after")):
        raise KeyError(f"{path.name} has no [{name}]")
    before, section, after = parts
    for key, value in values.items():
        line = re.search(rf"^{re.escape(key)} = .*$", section, re.MULTILINE)
        if not line:
            raise KeyError(f"[{name}] of {path.name} has no {key}")
        section = f"{section[: line.start()]}{key} = {json.dumps(value)}{section[line.end() :]}"
    path.write_text(before + section + after, encoding="utf-8")
    _read.cache_clear()


@cache
def _read(path: Path) -> dict[str, dict]:
    parser = _parse(path)
    return {name: {key: json.loads(value) for key, value in parser[name].items()} for name in parser.sections()}


def _parse(path: Path) -> ConfigParser:
    """A section of the file that NLP_CONFIG names takes the place of ours as a whole: its part may have other knobs.

    Raises FileNotFoundError when there is no such file.
    """
    parser, own = _parser(), _parser()
    parser.read(path, encoding="utf-8")
    if path == CONFIG and os.environ.get(OWN):
        with open(os.environ[OWN], encoding="utf-8") as file:
            own.read_file(file)
    for name in own.sections():
        parser[name] = dict(own[name])
    return parser


def _parser() -> ConfigParser:
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str
    return parser
