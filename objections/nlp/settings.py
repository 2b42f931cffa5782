"""Reads `config.cfg` without spaCy, for the parts that the web process uses while someone types."""

import json
from configparser import ConfigParser
from functools import cache
from pathlib import Path

CONFIG = Path(__file__).with_name("config.cfg")


def read_section(name: str, path: Path = CONFIG) -> dict:
    """One section as a dict. The format is spaCy's: configparser with JSON values.

    Raises KeyError if the file or the section is absent, ValueError if a value is not JSON.
    """
    return dict(_read(path)[name])


@cache
def _read(path: Path) -> dict[str, dict]:
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    return {name: {key: json.loads(value) for key, value in parser[name].items()} for name in parser.sections()}
