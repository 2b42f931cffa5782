from django.db import models
from django.urls import reverse


class Definition(models.Model):
    """An agreed text: what a word or figure means here, and how it is reckoned. One row a version."""

    slug = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=120)
    text = models.TextField()
    formula = models.TextField(blank=True)
    since = models.DateField(auto_now_add=True)

    class Meta:
        ordering = ["title"]
        constraints = [models.UniqueConstraint(fields=["slug", "version"], name="definition_version_unique")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("feedback:definition_detail", args=[self.slug])
