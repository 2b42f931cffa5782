import os

import numpy as np
from django.core.management import BaseCommand, CommandError
from sklearn.metrics import roc_auc_score

from objections.nlp import corpus, held_out, lens
from objections.nlp.evaluation import after_placing, categories_right, novelty
from objections.nlp.settings import OWN as OWN_FILE
from objections.nlp.settings import read_section, write_section
from objections.nlp.vectors import OWN, MiniLM

PLACED = 2  # notes of each theme shown, of the four to six an industry has


class Command(BaseCommand):
    help = (
        "Fits the lens on the exemplars, writes it beside config.cfg with its hash, and with the curves of how sure to "
        "be through it; prints what it sees of industries it was not fitted on: each hand's left out in turn, beside "
        "the encoder alone. The last column uses the curve of novelty, which all four hands had a part in."
    )

    def add_arguments(self, parser):
        parser.add_argument("--report", action="store_true", help="write nothing, only print")

    def handle(self, *, report, **options):
        if os.environ.get(OWN_FILE):
            raise CommandError(f"{OWN_FILE} is set: the lens is fitted with our own config.cfg, so start without it.")
        notes = corpus.everything()
        levels = _levels([note.text for note in notes])
        settings = {name: read_section("lens")[name] for name in ("shrinkage", "directions", "looseness")}
        hands = list(held_out.hands(levels, notes, settings))
        if not report:
            self._write(levels, notes, settings)
            self._set("matcher", held_out.curves(hands))
            # In the trials notes are matched by what was just written.
            self._set("proposer", {"curves_through_lens": held_out.proposal_curves(hands)})
        self._report(hands)

    def _write(self, levels, notes, settings):
        fitted = lens.fit(levels, [note.theme for note in notes], **settings)
        recipe = settings | {"exemplars": corpus.digest(), "notes": len(notes), "encoder": "all-MiniLM-L6-v2"}
        self._set("lens", {"sha256": lens.save(fitted, lens.PATH, recipe=recipe)})
        self.stdout.write(f"{lens.PATH.name}: {len(notes)} notes, {len(fitted.keys)} themes")

    def _set(self, section, values):
        write_section(section, values)
        for name, value in values.items():
            self.stdout.write(f"{name} = {value}")

    def _report(self, hands):
        heads = ("Left out", "notes", "encoder: first, in three", "lens: first, in three", "category unplaced")
        self.stdout.write(f"| {' | '.join((*heads, 'one of a kind, AUROC', 'fits none, AUROC'))} |")
        self.stdout.write("|---|---|---|---|---|---|---|")
        rows = [self._left_out(hand) for hand in hands]
        for name, *figures in [*rows, ("mean", *np.mean([row[1:] for row in rows], axis=0))]:
            count, plain, plain3, seen, seen3, *others = figures
            shown = " | ".join(f"{figure:.3f}" for figure in others)
            self.stdout.write(
                f"| {name} | {count:.0f} | {plain:.3f}, {plain3:.3f} | {seen:.3f}, {seen3:.3f} | {shown} |"
            )

    def _left_out(self, hand):
        themes = hand.themes
        of_a_theme = themes != corpus.OUTLIER
        of = np.array([note.industry for note in hand.notes])
        rows = [of_a_theme & (of == industry) for industry in hand.industries]
        with hand.seen():
            views = (hand.levels[:, OWN], hand.vectors)
            plain, seen = (
                np.mean([after_placing(view[here], themes[here], placed=PLACED) for here in rows], axis=0)
                for view in views
            )
            told = np.mean(
                [novelty(hand.vectors[of == one], themes[of == one], placed=PLACED) for one in hand.industries]
            )
        given = [corpus.themes()[theme].category for theme in themes[of_a_theme]]
        category = categories_right(hand.lens, lens.through(hand.vectors[of_a_theme]), given)
        odd = roc_auc_score(~of_a_theme, lens.oddness(hand.vectors))
        return " ".join(hand.industries), int(of_a_theme.sum()), *plain, *seen, category, odd, told


def _levels(texts):
    encoder, found = MiniLM(), None
    for rows, levels in encoder.levels(texts):
        found = np.empty((len(texts), *levels.shape[1:]), np.float32) if found is None else found
        found[rows] = levels
    return found
