from django import forms

from feedback.actions.taxonomy import replacements
from feedback.models import Category, Destination, Reason


class RowForm(forms.ModelForm):
    """Label and description of a row; siblings in use never share a label."""

    def clean_label(self):
        label, row = self.cleaned_data["label"].strip(), self.instance
        others = type(row).objects.filter(taxonomy=row.taxonomy_id, label__iexact=label).in_use().exclude(pk=row.pk)
        if isinstance(row, Reason):
            others = others.filter(parent=row.parent_id)
        if others.exists():
            raise forms.ValidationError("Another row beside it has this label. Choose another.")
        return label


def row_form(model):
    """The form of one kind of row."""
    fields = [name for name in ("label", "description") if hasattr(model, name)]
    return forms.modelform_factory(model, form=RowForm, fields=fields)


ROW_FORMS = {model: row_form(model) for model in (Destination, Reason, Category)}


class ReplacementChoice(forms.ModelChoiceField):
    def label_from_instance(self, row):
        parent = getattr(row, "parent", None)
        return f"{parent.label}: {row.label}" if parent else row.label


class RetireForm(forms.Form):
    replaced_by = ReplacementChoice(
        label="Which row replaces it?",
        queryset=Reason.objects.none(),
        required=False,
        empty_label="None: report it under its own name, as retired",
        help_text="Everything coded with the old row is counted under the new one in every report.",
    )

    def __init__(self, *args, row, **kwargs):
        super().__init__(*args, **kwargs)
        rows = replacements(row)
        self.fields["replaced_by"].queryset = rows.select_related("parent") if isinstance(row, Reason) else rows
        self.fields["replaced_by"].initial = row.replaced_by_id
