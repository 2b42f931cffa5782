"""Themes beside BERTopic and k-means, all given the same vectors; then how long it takes."""

import csv
import resource
from collections.abc import Callable

import numpy as np
from django.conf import settings
from sklearn.cluster import KMeans

from config.bench.tables import ms, table
from config.bench.timing import median_of, seconds
from objections import nlp
from objections.nlp import corpus
from objections.nlp.curating import curate
from objections.nlp.evaluation import NOT_A_THEME, agreement
from objections.nlp.lens import of_text
from objections.nlp.pipeline import resolve
from objections.nlp.report import measure

DATA = settings.BASE_DIR.parent / "shared" / "data"
SETS = {
    "objections_dev": ("objections_dev.csv", "text", "theme", "category"),
    "Banking77": ("text/banking77_test.csv", "text", "category", None),
    "CLINC150": ("text/clinc150_test.csv", "text", "intent", None),
}
NOTES = (
    "objections_dev",
)  # as reps type them; playing a person on thousands of clean texts would tell nothing of these
LARGE, LARGEST = 20_000, 100_000


def measure_themes(say: Callable[[str], None]) -> None:
    sets = {name: _read(*where) for name, where in SETS.items() if (DATA / where[0]).is_file()}
    if left_out := set(SETS) - set(sets):
        say(f"Left out for want of {DATA}: {', '.join(sorted(left_out))}.")
    topics = _topics(say)
    _speed(say, topics)
    if sets:
        _quality(say, sets, topics)
        _work(say, {name: sets[name] for name in NOTES if name in sets})


def _read(name, text, label, category):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    given = [row[category] for row in rows] if category else None
    return [row[text] for row in rows], [row[label] for row in rows], given


def _topics(say):
    """BERTopic's grouping of vectors, or None. `seed` makes it repeatable, and slower for want of threads."""
    try:
        from bertopic import BERTopic
        from umap import UMAP
    except ImportError as why:
        say(f"BERTopic is left out ({why}). `make bench` installs it from config/bench/requirements.txt.")
        return None

    def group(texts, vectors, seed=None):
        # BERTopic's own settings; only the seed is ours.
        reduce = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed)
        return BERTopic(embedding_model=None, umap_model=reduce).fit_transform(texts, of_text(vectors))[0]

    return group


def _quality(say, sets, topics):
    heads = ("Set", "texts, themes", "ARI", "BERTopic", "k-means told k", "found", "after 5: first, in three")
    row = table(say, *heads, "category, nothing placed", "novelty")
    for name, (texts, labels, given) in sets.items():
        ours, vectors = measure(texts, labels, given, shots=(0, 5)), nlp.encode(texts)
        theirs = "–"
        if topics:
            found = topics(texts, vectors, seed=0)
            theirs = f"{agreement(labels, [None if topic == -1 else topic for topic in found]):.2f}"
        told = len(set(labels) - NOT_A_THEME)
        means = KMeans(told, n_init=10, random_state=0).fit_predict(of_text(vectors))
        after = ours["shots"].get("5", {"first": None, "top3": None})
        row(
            name,
            f"{len(texts):,}, {told}",
            _figure(ours["ari"]),
            theirs,
            f"{agreement(labels, means.tolist()):.2f}",
            ours["themes_found"],
            f"{_figure(after['first'])}, {_figure(after['top3'])}",
            _figure(ours["category_first"]),
            _figure(ours["novelty_auroc"]),
        )


def _work(say, sets):
    row = table(say, "Set", "actions a note until 80 %, 95 % are right", "right at 0.25, 0.5, 1 actions a note")
    for name, (texts, labels, _) in sets.items():
        found = curate(nlp.encode(texts), labels)
        until = f"{found['actions_per_note_at_80']:.2f}, {found['actions_per_note_at_95']:.2f}"
        row(name, until, ", ".join(f"{share:.2f}" for share in found["right_at"].values()))


def _speed(say, topics):
    """On the exemplars, and on as many vectors as it takes drawn from theirs with a little noise."""
    texts = [note.text for note in corpus.notes()]
    encoding = seconds(lambda: nlp.encode(texts))
    vectors = nlp.encode(texts)
    index = nlp.build_index(vectors, [note.theme for note in corpus.notes()])
    nlp.match(texts[:1], index)
    alone = median_of(30, lambda: nlp.encode(["they want a SOC 2 report before signing"]))
    one = median_of(30, lambda: nlp.match(["they want a SOC 2 report before signing"], index))
    group = resolve("clusterer")
    group(vectors[:500])
    row = table(say, "Work", "ours", "beside", "ratio")
    row("match one note", f"{ms(one)} ms", f"{ms(alone)} ms to encode it", f"{one / alone:.1f}")
    row("encode notes", f"{len(texts) / encoding:,.0f} a second", "–", "–")
    for count in (LARGE, LARGEST):
        many, which = _many(vectors, count)
        ours = seconds(lambda many=many: group(many))
        theirs, ratio = "–", "–"
        if topics and count == LARGE:
            said = [texts[at] for at in which]
            topics(said[:500], many[:500])  # compiles what it compiles at first use
            peak = _peak()
            taken = seconds(lambda said=said, many=many: topics(said, many))
            theirs, ratio = f"BERTopic {taken:.1f} s", f"{ours / taken:.3f}"
        else:
            peak = _peak()
        row(f"group {count:,} vectors", f"{ours:.1f} s, peak {peak:.1f} GB", theirs, ratio)


def _many(vectors, count):
    random = np.random.default_rng(0)
    which = random.integers(0, len(vectors), count)
    noise = 0.02 * random.standard_normal((count, vectors.shape[1]), dtype=np.float32)
    return vectors[which] + noise, which


def _peak() -> float:
    """The most memory this process has had so far, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def _figure(value) -> str:
    return "–" if value is None else f"{value:.2f}"
