from django import forms

from feedback.models import ActionUpdate


class ActionUpdateForm(forms.ModelForm):
    class Meta:
        model = ActionUpdate
        fields = ["text"]
        labels = {"text": "How does it stand?"}
