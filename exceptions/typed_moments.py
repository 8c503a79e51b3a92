"""Days and times of day as people type them."""

from datetime import date
from typing import Any

from django import forms

A_DATE, A_TIME = "A date such as 2026-11-30.", "A time such as 09:00."


def _in_reach(day: date) -> None:
    if not 1970 <= day.year < 2200:
        raise forms.ValidationError(A_DATE)


def day(label: str, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    wrong = {"invalid": A_DATE}
    return forms.DateField(label=label, widget=widget, error_messages=wrong, validators=[_in_reach], **more)


def time_of_day(label: str, **more: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, error_messages={"invalid": A_TIME}, **more)
