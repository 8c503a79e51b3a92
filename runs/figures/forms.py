"""What an admin types on the page of figures."""

from decimal import Decimal
from typing import Any

from django import forms


class WorthForm(forms.Form):
    """What one write takes a person by hand."""

    minutes = forms.DecimalField(
        label="Minutes by hand", min_value=Decimal("0.01"), max_digits=7, decimal_places=2,
        help_text="What one of these writes takes a person without an agent.",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None):
        super().__init__(data, initial=initial, label_suffix="", auto_id="worth-%s")
