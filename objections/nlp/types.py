"""What the package hands out: frozen, of plain Python values, safe to store as JSON."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

MASKS = {"e-mail": "[e-mail]", "phone": "[phone]", "name": "[name]"}  # what stands in place of personal data

NOT_A_THEME = frozenset({"outlier", "oos", ""})  # labels of a file that say: in no theme


@dataclass(frozen=True)
class Match:
    """One theme that a text may belong to.

    `score` is the cosine to the theme's centre plus half the vote of the neighbours; `confidence` (0 to 1) is the
    share of such matches that were right on labelled notes; `is_sure` says it reaches the configured threshold.
    """

    theme: Hashable
    score: float
    confidence: float
    is_sure: bool


@dataclass(frozen=True)
class Cluster:
    """One theme found. `key` is that of a theme people placed notes in, else `new-1`, `new-2` and so on; `members` and
    `quote_index` are positions in the texts given; `cohesion` (-1 to 1) is the mean cosine of the members to their
    common centre; `exemplars` are up to three texts nearest to it; `category` is a code of the product, or empty.
    """

    members: tuple[int, ...]
    name: str
    phrases: tuple[str, ...]
    quote_index: int
    cohesion: float
    key: Hashable = None
    exemplars: tuple[str, ...] = ()
    category: str = ""


@dataclass(frozen=True)
class Themes:
    """Everything one run found: the themes with placed notes first, then new ones from large to small; the positions of
    texts left unthemed; and for each text how sure its theme is (0 to 1; 1 where a person placed it, 0 without one).
    """

    clusters: tuple[Cluster, ...]
    unthemed: tuple[int, ...]
    confidences: tuple[float, ...] = ()
    own_categories: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[Hashable | None, ...]:
        """For each text the key of its theme, or None."""
        return self._by_text({cluster: cluster.key for cluster in self.clusters}, [None] * self._count)

    @property
    def categories(self) -> tuple[str, ...]:
        """For each text the category of its theme; its own likeliest where it has none."""
        own = list(self.own_categories) or [""] * self._count
        return self._by_text({cluster: cluster.category for cluster in self.clusters}, own)

    @property
    def names(self) -> dict[Hashable, str]:
        """Key to a short phrase."""
        return {cluster.key: cluster.name for cluster in self.clusters}

    @property
    def exemplars(self) -> dict[Hashable, tuple[str, ...]]:
        """Key to up to three texts."""
        return {cluster.key: cluster.exemplars for cluster in self.clusters}

    @property
    def _count(self) -> int:
        return len(self.unthemed) + sum(len(cluster.members) for cluster in self.clusters)

    def _by_text(self, values: dict, found: list) -> tuple:
        for cluster, value in values.items():
            for member in cluster.members:
                found[member] = value
        return tuple(found)


@dataclass(frozen=True)
class Proposal:
    """One change to the themes that a person may accept.

    `kind` is one of: "new" (make a theme of `members`), "assign" (put unthemed `members` into `theme`), "move" (take
    `members`, placed by the model, out of `other` into `theme`), "merge" (`other` into `theme`), "split" (take
    `members`, placed by the model, out of `theme` into a theme of their own), "rename" (`theme` to `name`), "retire"
    (`theme` has no members). `members`, `quote_index` and `nearest_index` are positions in the texts given: the text
    most like the others, and of another theme the one most like it. `name` is set for "new", "split" and "rename";
    `phrases` are what the members share, with the other theme where there is one. `confidence` (0 to 1) is the share
    of such proposals that were right on labelled texts, reckoned from `evidence`; None where nothing was measured.
    """

    kind: str
    members: tuple[int, ...]
    reason: str = ""
    theme: Hashable = None
    other: Hashable = None
    name: str = ""
    phrases: tuple[str, ...] = ()
    quote_index: int | None = None
    nearest_index: int | None = None
    confidence: float | None = None
    evidence: tuple[float, ...] = ()


@dataclass(frozen=True)
class Lists:
    """What a company's own lists name. Keys are the company's; every name is given as it is written.

    `competitors` and `products` are marked wherever they stand, competitors also mistyped. `accounts` are not marked,
    but they are no names of people either.
    """

    competitors: Mapping[Hashable, Sequence[str]] = field(default_factory=dict)
    products: Mapping[Hashable, Sequence[str]] = field(default_factory=dict)
    accounts: Collection[str] = ()


@dataclass(frozen=True)
class Personal:
    """Letters `start` to `end` of a text that tell who somebody is; `kind` is "name", "e-mail" or "phone"."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Mention:
    """Letters `start` to `end` of a text that name something; `kind` is "competitor", "product", "price", "date" or
    "certification". `key` is that of the company's list, `value` how a certification is usually written."""

    kind: str
    start: int
    end: int
    key: Hashable = None
    value: str = ""


@dataclass(frozen=True)
class Reading:
    """What was read in one text: its language (ISO 639-1), what it names, and the text with personal data masked."""

    language: str
    mentions: tuple[Mention, ...]
    personal: tuple[Personal, ...]
    masked: str
