"""What the machine would have guessed when people of the demo company placed: from what stood until then."""

import numpy as np

from objections import nlp
from objections.actions.placements import guessed
from objections.models import Placement
from objections.theming.matching import PEOPLE_COUNT, merged_into, shown, standing
from objections.theming.vectors import encoder_name, from_bytes

AT_ONCE = 50  # placements that are guessed from the same


def guess_back() -> int:
    """Fills in the guesses of placements by people that have none, oldest first; how many. Needs the vectors of
    objections.
    """
    into = merged_into()
    examples = [(standing(theme, into), from_bytes(data)) for theme, data in shown().values_list("theme_id", "data")]
    rows = Placement.objects.counted().filter(objection__vector__encoder=encoder_name()).order_by("at", "id")
    rows = list(rows.select_related("theme", "objection__vector")) if examples else []
    done = 0
    for start in range(0, len(rows), AT_ONCE):
        several = rows[start : start + AT_ONCE]
        index = nlp.build_index(np.stack([vector for _, vector in examples]), [theme for theme, _ in examples])
        asked = [row for row in several if row.by_id and row.guess_rank is None]
        for row in asked:
            (matches,) = index.match(from_bytes(row.objection.vector.data)[None])
            for name, value in guessed(row.theme, [match.theme for match in matches]).items():
                setattr(row, name, value)
        Placement.objects.bulk_update(asked, ["guess", "guess_rank"])
        for row in several:
            example = standing(row.theme_id, into), from_bytes(row.objection.vector.data)
            examples += [example] * (PEOPLE_COUNT if row.by_id else 1)
        done += len(asked)
    return done
