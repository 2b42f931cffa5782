from django import forms
from django.core.files.uploadedfile import UploadedFile

from feedback.forms.fields import DayInput
from feedback.importing.column_map import BadMap, ColumnMap, read_map
from feedback.importing.reading import look_at
from feedback.importing.unreadable import UnreadableFile
from feedback.models.imports import validate_source
from feedback.uploads import RefusedUpload

MOST_BYTES = 100 * 1024 * 1024


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more uploads; cleans to a list."""

    widget = FilesInput

    def clean(self, data, initial=None):
        uploads = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(upload, initial) for upload in uploads or [None]]


class ImportForm(forms.Form):
    files = FilesField(
        label="Exports",
        help_text="CSV or .xlsx, several at once: deals, accounts, products, who reports to whom. "
        "They are told apart by their headers.",
        widget=FilesInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": "Choose at least one file."},
        max_length=200,
        allow_empty_file=True,  # read_table says more about it
    )
    source = forms.CharField(
        label="Source",
        max_length=80,
        initial="crm",
        validators=[validate_source],
        help_text="The system they come from. The same deal of the same source is changed, not made twice.",
    )
    reviews_from = forms.DateField(
        label="Reviews are owed for deals lost since",
        required=False,
        widget=DayInput,
        help_text="Left empty: at the first import 90 days before the newest close, later as it is.",
    )
    map = forms.FileField(
        label="Map of columns and stages",
        required=False,
        max_length=200,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".toml"}),
        help_text="Only if your headers or stages are not recognised. An example is below.",
    )
    dry_run = forms.BooleanField(label="Only try it: report what would happen", required=False, initial=True)

    def clean_map(self):
        upload = self.cleaned_data["map"]
        if not upload:
            return ColumnMap()
        if isinstance(upload, RefusedUpload):
            raise forms.ValidationError(upload.why)
        try:
            return read_map(upload.read())
        except BadMap as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self):
        data = super().clean()
        uploads, column_map = data.get("files"), data.get("map")
        if uploads and column_map is not None:
            for problem in _problems(uploads, column_map):
                self.add_error("files", problem)
        return data


def _problems(uploads: list[UploadedFile], column_map: ColumnMap):
    """What is wrong with uploads that nothing can be read from: better said now than by the worker."""
    if sum(upload.size for upload in uploads) > MOST_BYTES:
        yield f"Together these files are larger than {MOST_BYTES // 1024**2} MB. Give fewer at once."
        return
    for upload in uploads:
        if isinstance(upload, RefusedUpload):
            yield f"{upload.name}: {upload.why}"
            continue
        try:
            look_at(upload.name, upload.read(), column_map)
        except UnreadableFile as error:
            yield f"{upload.name}: {error}"
        upload.seek(0)
