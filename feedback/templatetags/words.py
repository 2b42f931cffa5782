from django import template

register = template.Library()


@register.simple_tag
def words_for(row, user, column="") -> str:
    """What stands in a column of a row as this person may read it; the chief column unless another is named."""
    return row.words_for(user, column)
