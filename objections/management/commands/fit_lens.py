import re

import numpy as np
from django.core.management import BaseCommand

from objections.nlp import corpus, lens
from objections.nlp.evaluation import after_placing, categories_right
from objections.nlp.settings import CONFIG, read_section
from objections.nlp.vectors import MiniLM

PLACED = 2  # notes of each theme shown, of the three to five an industry has


class Command(BaseCommand):
    help = (
        "Fits the lens on the exemplars, writes it beside config.cfg with its hash, and prints what it sees of "
        "industries it was not fitted on: each hand's industries left out in turn, beside the encoder alone."
    )

    def add_arguments(self, parser):
        parser.add_argument("--report", action="store_true", help="write nothing, only print")

    def handle(self, *, report, **options):
        notes = corpus.notes()
        levels = _levels([note.text for note in notes])
        settings = {name: read_section("lens")[name] for name in ("shrinkage", "directions")}
        if not report:
            self._write(levels, notes, settings)
        self._report(levels, notes, settings)

    def _write(self, levels, notes, settings):
        fitted = lens.fit(levels, [note.theme for note in notes], **settings)
        recipe = settings | {"exemplars": corpus.digest(), "notes": len(notes), "encoder": "all-MiniLM-L6-v2"}
        sha256 = lens.save(fitted, lens.PATH, recipe=recipe)
        text = CONFIG.read_text(encoding="utf-8")
        before, after = text.split("[lens]")
        after = re.sub(r'sha256 = "\w+"', f'sha256 = "{sha256}"', after, count=1)
        CONFIG.write_text(f"{before}[lens]{after}", encoding="utf-8")
        self.stdout.write(f"{lens.PATH.name}: {len(notes)} notes, {len(fitted.keys)} themes, SHA-256 {sha256}")

    def _report(self, levels, notes, settings):
        self.stdout.write("| Left out | notes | encoder: first, in three | lens: first, in three | category unplaced |")
        self.stdout.write("|---|---|---|---|---|")
        hands = np.array([note.hand for note in notes])
        rows = [self._left_out(levels, notes, hands == hand, settings) for hand in dict.fromkeys(hands)]
        for name, *figures in [*rows, ("mean", *np.mean([row[1:] for row in rows], axis=0))]:
            count, plain, plain3, seen, seen3, category = figures
            self.stdout.write(
                f"| {name} | {count:.0f} | {plain:.3f}, {plain3:.3f} | {seen:.3f}, {seen3:.3f} | {category:.3f} |"
            )

    def _left_out(self, levels, notes, out, settings):
        fitted = lens.fit(levels[~out], [note.theme for note in np.array(notes, object)[~out]], **settings)
        left = [note for note, is_out in zip(notes, out, strict=True) if is_out]
        views = (levels[out][:, -2], fitted(levels[out]))
        industries = dict.fromkeys(note.industry for note in left)
        figures = [
            [
                after_placing(view[rows], np.array([note.theme for note in left])[rows], placed=PLACED)
                for rows in ([note.industry == industry for note in left] for industry in industries)
            ]
            for view in views
        ]
        category = categories_right(fitted, views[1], [corpus.themes()[note.theme].category for note in left])
        return " ".join(industries), len(left), *np.mean(figures[0], axis=0), *np.mean(figures[1], axis=0), category


def _levels(texts):
    encoder, found = MiniLM(), None
    for rows, levels in encoder.levels(texts):
        found = np.empty((len(texts), *levels.shape[1:]), np.float32) if found is None else found
        found[rows] = levels
    return found
