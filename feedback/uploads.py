"""What an upload may be before any of it is kept: how large, by page, and that its name is no path.

Django takes an upload apart while the CSRF token is looked for, so before a view could refuse it. What is refused here
is read past, kept nowhere, and reaches the form as a `RefusedUpload`, so that all else that was typed is kept.
"""

import html
import io

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser

MEGABYTE = 1024 * 1024


def takes_files(most: int):
    """Marks a view that takes files, together of up to so many bytes. No other view is given any."""

    def mark(view):
        view.takes_files = most
        return view

    return mark


class RefusedUpload(UploadedFile):
    """In place of a file of which nothing was kept. `why` is for the person; `size` is what the file's was."""

    def __init__(self, why: str, **said):
        super().__init__(file=io.BytesIO(), **said)
        self.why = why


class UploadLimit(FileUploadHandler):
    """Stands before Django's own handlers, and passes on to them only what may be kept."""

    def __init__(self, request=None):
        super().__init__(request)
        self.is_parsing, self.sent, self.name_said = False, 0, ""

    @property
    def most(self) -> int:
        view = self.request.resolver_match.func if self.request.resolver_match else None
        return getattr(getattr(view, "cls", view), "takes_files", 0)

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):  # noqa: N803  Django's name
        if self.is_parsing:
            return None
        self.is_parsing = True
        parser = _Parser(META, input_data, self.request.upload_handlers, encoding or settings.DEFAULT_CHARSET)
        parser.limit = self
        return parser.parse()

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.is_path = any(mark in self.name_said for mark in ("/", "\\", "\0")) or self.name_said in (".", "..")
        self.is_over = False

    def receive_data_chunk(self, raw_data, start):
        self.sent += len(raw_data)
        self.is_over = self.is_over or self.sent > self.most
        return None if self.is_over or self.is_path else raw_data

    def file_complete(self, file_size):
        if not self.is_over and not self.is_path:
            return None
        for handler in self.request.upload_handlers:
            begun = getattr(handler, "file", None)
            if handler is not self and begun is not None:
                begun.close()  # what was kept of it until then
        why = "The file's name holds a path. Give it a plain name." if self.is_path else self._too_large()
        said = {"name": self.file_name, "content_type": self.content_type, "size": file_size}
        return RefusedUpload(why, **said)

    def _too_large(self):
        if not self.most:
            return "No file is taken here."
        return f"More than {self.most // MEGABYTE} MB came at once, so this was not kept."


class _Parser(MultiPartParser):
    """Django's, which cuts a path off a file's name without a word; this one tells the handler what was said."""

    limit: UploadLimit

    def sanitize_file_name(self, file_name):
        self.limit.name_said = html.unescape(file_name)
        return super().sanitize_file_name(file_name) or "unnamed"
