"""What the machine would have guessed when people of the demo company placed: from what stood until then."""

import numpy as np

from objections import nlp
from objections.actions.placements import guessed
from objections.models import Exemplar, Placement
from objections.theming.vectors import encoder_name, from_bytes

AT_ONCE = 50  # placements that are guessed from the same


def guess_back() -> int:
    """Fills in the guesses of placements by people, oldest first; how many. Needs the vectors of objections."""
    encoder = encoder_name()
    shown = [(theme, data) for theme, data in Exemplar.objects.filter(encoder=encoder).values_list("theme_id", "data")]
    rows = Placement.objects.counted().filter(objection__vector__encoder=encoder).order_by("at", "id")
    rows = list(rows.select_related("theme", "objection__vector"))
    done = 0
    for start in range(0, len(rows), AT_ONCE):
        several = rows[start : start + AT_ONCE]
        index = nlp.build_index(np.stack([from_bytes(data) for _, data in shown]), [theme for theme, _ in shown])
        by_people = [row for row in several if row.by_id]
        vectors = np.stack([from_bytes(row.objection.vector.data) for row in several])
        for row, matches in zip(several, index.match(vectors), strict=True):
            if row.by_id:
                for name, value in guessed(row.theme, [match.theme for match in matches]).items():
                    setattr(row, name, value)
        Placement.objects.bulk_update(by_people, ["guess", "guess_rank"])
        shown += [(row.theme_id, row.objection.vector.data) for row in several]
        done += len(by_people)
    return done
