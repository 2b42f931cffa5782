"""`python -m objections.nlp find FILE.csv --text COLUMN`: the themes of a file, without a database."""

import argparse
import csv
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from objections.nlp import encode, find_themes
from objections.nlp.types import Themes
from objections.nlp.vectors import EncoderMismatch, EncoderMissing


class Unusable(Exception):
    """What was asked for cannot be done, with the reason for the person who asked."""


def read_rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Rows of a CSV file with a header line; raises Unusable if it cannot be read or lacks one of the columns.

    UTF-8, with or without a byte order mark, or UTF-16 with one; anything else is read as Windows-1252.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unusable(f"Cannot read {path}: {error.strerror or error}.") from error
    reader = csv.DictReader(io.StringIO(decoded(data), newline=""))
    try:
        header, rows = reader.fieldnames or [], list(reader)
    except csv.Error as error:
        raise Unusable(f"{path} is not a CSV file: {error}, line {reader.line_num}.") from error
    for column in columns:
        if column not in header:
            there = ", ".join(header) or "none"
            raise Unusable(f'{path} has no column "{column}". Its columns: {there}.')
    return rows


def decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def as_json(themes: Themes, texts: Sequence[str], lines: Sequence[int], agreement: float | None) -> str:
    clusters = [
        asdict(cluster) | {"members": [lines[m] for m in cluster.members], "quote": texts[cluster.quote_index]}
        for cluster in themes.clusters
    ]
    for cluster in clusters:
        del cluster["quote_index"]
    result = {"texts": len(texts), "themes": clusters, "unthemed": [lines[m] for m in themes.unthemed]}
    if agreement is not None:
        result["agreement"] = agreement
    return json.dumps(result, ensure_ascii=False, indent=2)


def as_text(themes: Themes, texts: Sequence[str], agreement: float | None) -> str:
    lines = []
    for cluster in themes.clusters:
        lines.append(f"{len(cluster.members):6}  {cluster.name}")
        lines.append(f"        {' '.join(texts[cluster.quote_index].split())}")
    lines.append(f"{len(texts)} texts, {len(themes.clusters)} themes, {len(themes.unthemed)} unthemed")
    if agreement is not None:
        lines.append(f"agreement with the labels (adjusted Rand index): {agreement:.3f}")
    return "\n".join(lines)


def show_progress(done: int, total: int, note: str) -> None:
    sys.stderr.write(f"\r{note} {done}/{total}\033[K")


def read_notes(options: argparse.Namespace) -> tuple[list[int], list[str], list[str]]:
    """Row numbers from 1, texts and labels of the rows that have a text."""
    rows = read_rows(options.file, [options.text, *([options.label] if options.label else [])])
    kept = [(at, row) for at, row in enumerate(rows, start=1) if (row[options.text] or "").strip()]
    labels = [(row[options.label] or "") if options.label else "" for _, row in kept]
    return [at for at, _ in kept], [row[options.text] for _, row in kept], labels


def find(options: argparse.Namespace) -> str:
    lines, texts, labels = read_notes(options)
    themes = find_themes(texts, progress=show_progress if sys.stderr.isatty() else None)
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    agreement = None
    if options.label:
        from objections.nlp.evaluation import agreement as measure

        agreement = measure(labels, themes.labels)
    if options.json:
        return as_json(themes, texts, lines, agreement)
    return as_text(themes, texts, agreement)


def place(options: argparse.Namespace) -> str:
    from objections.nlp.evaluation import placing

    _, texts, labels = read_notes(options)
    done = placing(encode(texts), labels, examples=options.examples)
    right = f"{done.right / done.placed:.2f}" if done.placed else "none"
    return f"{done.asked} texts asked about, {done.placed} placed, {done.right} right (precision {right})"


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m objections.nlp", description="Themes in texts, without a database.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    finding = commands.add_parser("find", help="print the themes of a CSV file")
    finding.add_argument("--label", metavar="COLUMN", help="a column of given themes: print the agreement with them")
    finding.add_argument("--json", action="store_true", help="members as row numbers, from 1 after the header")
    finding.set_defaults(run=find)
    placing = commands.add_parser("place", help="measure the placing of texts into themes shown by a few examples")
    placing.add_argument("--label", required=True, metavar="COLUMN", help="the column of given themes")
    placing.add_argument("--examples", type=positive, default=8, metavar="N", help="texts shown per theme (8)")
    placing.set_defaults(run=place)
    for command in (finding, placing):
        command.add_argument("file", type=Path, metavar="FILE.csv")
        command.add_argument("--text", required=True, metavar="COLUMN", help="the column that holds the texts")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when themes were printed, 2 with one line on standard error when that was not possible."""
    options = parser().parse_args(arguments)
    try:
        sys.stdout.write(options.run(options) + "\n")
    except (Unusable, EncoderMissing, EncoderMismatch) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
