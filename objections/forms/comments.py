from uuid import uuid4

from django import forms

from objections.mentioning import as_typed
from objections.models import Comment


class CommentForm(forms.ModelForm):
    """The words as typed, with `@jonas.reuter` for whoever is to be told."""

    client_id = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)

    class Meta:
        model = Comment
        fields = ["text"]
        labels = {"text": "Comment"}
        help_texts = {"text": "Name somebody with @, as in @jonas.reuter or @Jonas Reuter, and they are told."}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"text": {"required": "Say something, or leave it."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["text"] = as_typed(self.instance.text, self.instance.mentioned.all())
            del self.fields["client_id"]
