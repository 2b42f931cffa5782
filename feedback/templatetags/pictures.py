"""`{% sparkline values label %}`, `{% value_bar share label tone="danger" %}`."""

from django import template

from feedback import pictures

register = template.Library()
register.simple_tag(pictures.sparkline, name="sparkline")
register.simple_tag(pictures.value_bar, name="value_bar")
