from objections.models import Exemplar, Theme
from objections.seeds import seed_themes


def test_a_portal_starts_with_a_theme_for_each_category_but_other(company):
    seeds = Theme.objects.exclude(seed=None)

    assert set(seeds.values_list("category__code", flat=True)) >= {
        "price", "budget", "value", "timing", "authority", "trust", "product", "competitor", "change", "terms",
    }  # fmt: skip
    assert not seeds.filter(exemplars=None).exists()
    assert set(seeds.values_list("state", flat=True)) == {"active"}


def test_seeding_again_changes_nothing(company):
    theme = Theme.objects.get(seed="dearer-than-rival-quote")
    theme.name, theme.state = "Ours is dearer", "retired"
    theme.save()
    theme.exemplars.first().delete()
    before = (Theme.objects.count(), Exemplar.objects.count())

    seed_themes()

    theme.refresh_from_db()
    assert (theme.name, theme.state) == ("Ours is dearer", "retired")
    assert (Theme.objects.count(), Exemplar.objects.count()) == before
