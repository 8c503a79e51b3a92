"""The forms a model fills in. Every field can say "I cannot tell": that is a right answer, not a failure.

The schema sent along stays plain (types and null only, which every provider enforces); finer rules are
validators here, and what they object to is told to the model when it is asked again.
"""

from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, field_validator

T = TypeVar("T")


def _share(value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError("must be a number from 0 to 1")
    return value


Confidence = Annotated[float, AfterValidator(_share)]


class Told(BaseModel, Generic[T]):
    """One thing the model was asked: its value or null, and how sure the model says it is."""

    model_config = ConfigDict(extra="forbid")

    value: T | None
    confidence: Confidence

    @field_validator("*")
    @classmethod
    def _storable(cls, content: Any) -> Any:
        if isinstance(content, str) and "\x00" in content:
            raise ValueError("must not contain a NUL character")
        return content


class Quoted(Told[T], Generic[T]):
    """A value with the words of the document that support it, copied exactly."""

    quote: str | None


class Form(BaseModel):
    """What one question expects back: nothing but fields that may be left open."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        for name, field in cls.model_fields.items():
            if not (isinstance(field.annotation, type) and issubclass(field.annotation, Told)):
                raise TypeError(f"{cls.__name__}.{name} must be Told or Quoted, so that it can be left open")
