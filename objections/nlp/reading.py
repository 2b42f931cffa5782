"""Reads notes: what they name, who is named in them, and in which language they are."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from spacy.util import load_config_from_str, load_model_from_config

from objections.nlp import (
    languages,  # noqa: F401 - importing them registers the spaCy parts
    listed,  # noqa: F401
    masking,
    mentions,  # noqa: F401
)
from objections.nlp.settings import CONFIG, as_text
from objections.nlp.types import Lists, Reading


class Reader:
    """The pipeline of the section `reader` of `config.cfg` with the lists of one company. Same texts and lists, same
    readings. Building one takes a moment, so it is worth keeping; it is not for several threads at once.
    """

    def __init__(self, lists: Lists | None = None, config: Path = CONFIG):
        parts = load_config_from_str(as_text(config))["reader"]
        self.language = load_model_from_config({part: parts[part] for part in ("nlp", "components")}, auto_fill=True)
        self.language.get_pipe("objections_listed").learn(lists or Lists())

    def __call__(self, texts: Sequence[str]) -> Iterator[Reading]:
        """A reading of each text, in order."""
        for doc in self.language.pipe(texts):
            personal = doc._.personal
            yield Reading(doc._.language, doc._.mentions, personal, masking.masked(doc.text, personal))
