"""`python -m objections.nlp find FILE.csv --text COLUMN`: the themes of a file, without a database."""

import argparse
import csv
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from objections.nlp import find_themes
from objections.nlp.lens import LensMismatch
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


def match(options: argparse.Namespace) -> str:
    """The themes of another file, ranked for each note of this one."""
    from objections.nlp import Matcher

    lines, texts, _ = read_notes(options)
    rows = read_rows(options.themes, [options.theme, options.example])
    examples: dict[str, list[str]] = {}
    for row in rows:
        if (row[options.theme] or "").strip() and (row[options.example] or "").strip():
            examples.setdefault(row[options.theme], []).append(row[options.example])
    if not examples:
        raise Unusable(f"{options.themes} shows no theme an example.")
    found = Matcher(examples).match(texts)
    if options.json:
        result = [
            {"row": line, "themes": [[theme, round(p, 4)] for theme, p in each.ranked], "novel": round(each.novel, 4)}
            for line, each in zip(lines, found, strict=True)
        ]
        return json.dumps(result, ensure_ascii=False, indent=2)
    return "\n".join(
        f"{line}\t{', '.join(f'{theme} {p:.2f}' for theme, p in each.ranked)}\tnovel {each.novel:.2f}"
        for line, each in zip(lines, found, strict=True)
    )


def evaluate(options: argparse.Namespace) -> str:
    from objections.nlp.report import measure

    _, texts, labels = read_notes(options)
    given = None
    if options.category:
        rows = read_rows(options.file, [options.text, options.category])
        given = [row[options.category] or "" for row in rows if (row[options.text] or "").strip()]
    if not texts:
        raise Unusable(f"{options.file} has no text to measure.")
    figures = measure(texts, labels, given, shots=options.shots)
    if options.json:
        return json.dumps(figures, indent=2)
    return "\n".join(f"{name:18} {value}" for name, value in figures.items())


def curate(options: argparse.Namespace) -> str:
    from objections.nlp import encode
    from objections.nlp.curating import curate as play

    _, texts, labels = read_notes(options)
    if not texts:
        raise Unusable(f"{options.file} has no text to curate.")
    figures = play(encode(texts), labels)
    return json.dumps(figures, indent=2) if options.json else "\n".join(f"{k:24} {v}" for k, v in figures.items())


def trial(options: argparse.Namespace) -> str:
    from objections.nlp import encode, trials

    _, texts, labels = read_notes(options)
    if not texts:
        raise Unusable(f"{options.file} has no text to try.")
    vectors = encode(texts)
    tried = trials.try_proposals(texts, vectors, labels, options.seeds)
    figures = {
        "identity": {name: round(figure, 4) for name, figure in trials.identity_kept(texts, vectors).items()},
        "proposals": trials.reliability(tried),
    }
    if options.json:
        return json.dumps(figures, indent=2)
    lines = [f"{name:22} {figure}" for name, figure in figures["identity"].items()]
    for kind, rows in figures["proposals"].items():
        lines += [
            f"{kind:8} from {r['from']:.1f}: {r['n']:5}, said {r['said']:.2f}, right {r['right']:.2f}" for r in rows
        ]
    return "\n".join(lines)


def numbers(text: str) -> list[int]:
    found = [int(part) for part in text.split(",")]
    if any(number < 0 for number in found):
        raise ValueError
    return found


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m objections.nlp", description="Themes in texts, without a database.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    finding = commands.add_parser("find", help="print the themes of a CSV file")
    finding.add_argument("--label", metavar="COLUMN", help="a column of given themes: print the agreement with them")
    finding.add_argument("--json", action="store_true", help="members as row numbers, from 1 after the header")
    finding.set_defaults(run=find)
    matching = commands.add_parser("match", help="say to which themes of another file each text belongs")
    matching.add_argument("--themes", type=Path, required=True, metavar="THEMES.csv", help="examples with their themes")
    matching.add_argument("--theme", default="theme", metavar="COLUMN", help="its column of themes (theme)")
    matching.add_argument("--example", default="text", metavar="COLUMN", help="its column of examples (text)")
    matching.set_defaults(run=match, label=None)
    evaluating = commands.add_parser("evaluate", help="measure finding and guessing against given labels")
    evaluating.add_argument("--label", required=True, metavar="COLUMN", help="given themes; outlier or oos for none")
    evaluating.add_argument("--category", metavar="COLUMN", help="given categories, to be found without a placement")
    evaluating.add_argument("--shots", type=numbers, default=[0, 3, 5], metavar="N,N", help="placed notes (0,3,5)")
    evaluating.set_defaults(run=evaluate)
    curating = commands.add_parser("curate", help="count the actions a perfect marketer needs to get all notes right")
    curating.add_argument("--label", required=True, metavar="COLUMN", help="given themes; outlier or oos for none")
    curating.set_defaults(run=curate)
    trying = commands.add_parser("trial", help="put given themes in disorder, and say how right the proposals are")
    trying.add_argument("--label", required=True, metavar="COLUMN", help="given themes; outlier or oos for none")
    trying.add_argument("--seeds", type=int, default=3, metavar="N", help="how many disorders (3)")
    trying.set_defaults(run=trial)
    for command in (matching, evaluating, curating, trying):
        command.add_argument("--json", action="store_true", help="figures or matches as JSON")
    for command in (finding, matching, evaluating, curating, trying):
        command.add_argument("file", type=Path, metavar="FILE.csv")
        command.add_argument("--text", required=True, metavar="COLUMN", help="the column that holds the texts")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when themes were printed, 2 with one line on standard error when that was not possible."""
    options = parser().parse_args(arguments)
    try:
        sys.stdout.write(options.run(options) + "\n")
    except (Unusable, EncoderMissing, EncoderMismatch, LensMismatch) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
