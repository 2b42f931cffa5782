"""The files of this folder, read once. What they hold is said in README.md."""

import tomllib
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@cache
def read(name: str) -> dict:
    """The content of `<name>.toml`; shared, so not to be changed."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def themes() -> dict[str, dict]:
    """Each theme of `themes.toml` by slug, in order, with its course from `courses.toml` under "course"."""
    courses = {course["theme"]: course for course in read("courses")["course"]}
    return {theme["slug"]: theme | {"course": courses[theme["slug"]]} for theme in read("themes")["theme"]}


@cache
def remarks() -> dict[str, list[dict]]:
    """What buyers said, by the name of the file: the slug of a theme, `unthemed` or `emerging_…`."""
    return {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["objection"]
        for path in sorted((HERE / "objections").glob("*.toml"))
    }


def stages() -> list[str]:
    """Names of the stages of open deals, in order."""
    return [stage["name"] for stage in read("company")["stages"] if stage["outcome"] == "open"]


def address(name: str) -> str:
    """The mail address of `first.last` at the demo company."""
    return f"{name}@{read('company')['company']['domain']}"
