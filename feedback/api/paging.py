from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination

LARGEST = 2**63 - 1  # what a row's number can be


class Pages(CursorPagination):
    """Pages that stay true while rows are added: follow `next` until it is null. Newest rows first."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200
    cursor_query_description = "Where to go on: the `cursor` inside the `next` or `previous` of an answer."
    page_size_query_description = "How many rows in one answer: 1 to 200, otherwise 50."

    def get_page_size(self, request):
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not (asked.isascii() and asked.isdecimal() and len(asked) < 5 and 1 <= int(asked) <= self.max_page_size):
            raise ValidationError({self.page_size_query_param: [f"Give a number from 1 to {self.max_page_size}."]})
        return int(asked)

    def decode_cursor(self, request):
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            cursor, broken = None, True
        else:
            broken = cursor is not None and not _is_number(cursor.position)
        if broken:
            raise ValidationError({self.cursor_query_param: ["This is not the cursor of any page. Start without one."]})
        return cursor

    def get_schema_operation_parameters(self, view):
        cursor, page_size = super().get_schema_operation_parameters(view)
        page_size["schema"] |= {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        return [cursor, page_size]


def _is_number(position: str | None) -> bool:
    if position is None:
        return True
    return position.isascii() and position.isdecimal() and len(position) < 20 and int(position) <= LARGEST
