from django import forms

from objections.models import Answer


class AnswerForm(forms.ModelForm):
    class Meta:
        model = Answer
        fields = ["text"]
        labels = {"text": "What should a rep say?"}
        help_texts = {"text": "Two or three sentences one can say aloud. Reps see them while they type the objection."}
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}
