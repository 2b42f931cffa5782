from django import forms

from feedback.models import Judgement
from feedback.models.judgements import Kept


class JudgementForm(forms.ModelForm):
    verdict = forms.ChoiceField(
        label="Was it kept?", choices=Kept, widget=forms.RadioSelect(attrs={"class": "chips"}), required=True
    )

    class Meta:
        model = Judgement
        fields = ["verdict", "why"]
        labels = {"why": "In a word: why?"}
        help_texts = {"why": "Everybody who reads the meeting reads it."}
