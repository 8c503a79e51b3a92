"""How a row becomes an object, for what pages read by the dozen."""

from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models.base import ModelState


class Loaded(models.Model):
    """Takes a row as it came. Django's own way goes over every field there is, twice, whichever were asked for."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **told: Any
    ) -> Self:
        """Sends no signals: nothing listens for objects that are made. ``told`` is what later Djangos add."""
        row = cls.__new__(cls)
        row._state = ModelState()
        vars(row._state).update(told, adding=False, db=db)
        vars(row).update(zip(field_names, values, strict=True))
        return row
