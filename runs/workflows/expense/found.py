"""What the extractor says about one field: a value, how sure it is, and where it is printed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """One field as read from a text.

    `confidence` is the share of such readings that turn out right; `text[start:end]` is the
    printed proof. A value of None means *cannot tell*: confidence 0 and no span.
    """

    value: str | None
    confidence: float
    start: int | None
    end: int | None
    reason: str

    @property
    def told(self) -> bool:
        """Whether there is a value at all."""
        return self.value is not None


def cannot_tell(reason: str = "cannot_tell") -> Found:
    """The honest answer where the text does not say."""
    return Found(value=None, confidence=0.0, start=None, end=None, reason=reason)
