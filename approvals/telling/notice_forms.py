"""Where somebody's letters go."""

from typing import Any

from django import forms

LONGEST = 254


class AddressForm(forms.Form):
    """One's own e-mail address, or none."""

    address = forms.EmailField(
        required=False, max_length=LONGEST, label="Your e-mail address",
        help_text="Letters say how much waits and until when, and name no item. Without an address none are sent.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"invalid": "This is no address a letter could be sent to: name@example.org is one."},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, address: str = ""):
        super().__init__(data, initial={"address": address}, label_suffix="")
