"""Form fields that know an argument's JSON spelling: ``shown`` puts it on the page, ``clean`` gives it back."""

import json
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from approvals import canonical
from approvals.answering.argument_kinds import Kind


def _no_surrogates(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValidationError("The text holds half a character. Type it again.")
    return text


class Spelled:
    """What all of them share: a raw value's text on the page, and whether a cleaned value still means it."""

    def shown(self, raw: Any) -> Any:
        if raw is None:
            return ""
        return raw if isinstance(raw, str) else str(raw)

    def same(self, cleaned: Any, raw: Any) -> bool:
        return self.shown(cleaned) == self.shown(raw)


class Text(Spelled, forms.CharField):
    def __init__(self, kind: Kind, *, long: bool = False):
        widget = forms.Textarea(attrs={"rows": 4}) if long else forms.TextInput()
        super().__init__(widget=widget, max_length=20_000, strip=True)

    def to_python(self, value: Any) -> str:
        return _no_surrogates(super().to_python(value) or "").replace("\r\n", "\n")

    def same(self, cleaned: Any, raw: Any) -> bool:
        return self.shown(cleaned).strip() == self.shown(raw).strip().replace("\r\n", "\n")


class Money(Spelled, forms.CharField):
    """A decimal number as somebody writes it; it stays a string of exactly these digits."""

    def __init__(self, kind: Kind):
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal"}), max_length=40, strip=True)

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\u2212", "-")
        if text and not _finite(text):
            raise ValidationError(
                "Write a number such as 1208.40: a point before cents, nothing between thousands."
            )
        return text

    def same(self, cleaned: Any, raw: Any) -> bool:
        if not _finite(self.shown(cleaned)) or not _finite(self.shown(raw)):
            return super().same(cleaned, raw)
        return Decimal(cleaned) == Decimal(self.shown(raw))


def _finite(text: str) -> bool:
    try:
        return text.isascii() and "_" not in text and Decimal(text).is_finite()
    except InvalidOperation:
        return False


class Number(Spelled, forms.IntegerField):
    def __init__(self, kind: Kind):
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            min_value=-canonical.LARGEST_INTEGER,
            max_value=canonical.LARGEST_INTEGER,
        )

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > 20:
            raise ValidationError("This number is too long.")
        return super().to_python(value)


class Day(Spelled, forms.CharField):
    """An ISO date, from the browser's own picker where there is one."""

    def __init__(self, kind: Kind):
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}), max_length=10, strip=True)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if not text:
            return text
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValidationError("Write the date as 2026-10-26.") from None


class Flag(Spelled, forms.BooleanField):
    def __init__(self, kind: Kind):
        super().__init__(required=False)

    def shown(self, raw: Any) -> Any:
        return raw is True

    def same(self, cleaned: Any, raw: Any) -> bool:
        return cleaned is raw or (cleaned is False and raw is None)


class Choice(Spelled, forms.TypedChoiceField):
    """One of the schema's values; each keeps its type."""

    def __init__(self, kind: Kind):
        typed = {str(choice): choice for choice in kind.choices}
        blank = [("", "none")] if kind.optional else []
        super().__init__(
            choices=[*blank, *((text, text) for text in typed)],
            coerce=lambda text: typed.get(text, text),
            empty_value=None,
        )


class Json(Spelled, forms.CharField):
    """Anything else, written as JSON."""

    def __init__(self, kind: Kind):
        super().__init__(widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}), max_length=100_000)

    def shown(self, raw: Any) -> Any:
        if raw is None:
            return ""
        try:
            return json.dumps(raw, ensure_ascii=False, indent=2)
        except (TypeError, ValueError, RecursionError):
            return str(raw)

    def to_python(self, value: Any) -> Any:
        text = _no_surrogates(super().to_python(value) or "")
        if not text.strip():
            return None
        try:
            found = json.loads(text)
            canonical.check(found)
        except (ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, canonical.NotCanonical) else "this is not JSON"
            raise ValidationError(f"Write it as JSON: {reason}.") from None
        return found

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The length was limited by `to_python`'s own parser; the rest are for text."""
