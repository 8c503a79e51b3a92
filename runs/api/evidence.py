"""Evidence as agents send it: words with spans of characters, or a picture with boxes on it."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, StrictInt, Tag
from pydantic_core import PydanticCustomError

from approvals.showing import pictures
from approvals.submission import Exhibit
from runs.api.problems import Fault

LARGEST_CONTENT = 200_000  # bytes of UTF-8 in one piece of evidence that is no picture
LARGEST_PICTURE = 900_000  # characters of base64
LARGEST_COUNT = 2**31 - 1

Count = Annotated[StrictInt, Field(ge=0, le=LARGEST_COUNT)]
Pointer = Annotated[str, Field(pattern=r"^(/([^~/]|~[01])*)+$", max_length=120, examples=["/total"])]


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("share", "A share is a number", {"remedy": "send a number from 0 to 1"})
    return value


Share = Annotated[float, BeforeValidator(_number), Field(ge=0, le=1)]


class Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SpanIn(Sent):
    """Characters ``start`` to ``end`` (Unicode code points, end excluded) of the content support the field."""

    field: Pointer
    start: Count
    end: Count


class BoxIn(Sent):
    """A rectangle of the picture supports the field: left, top, width and height, as shares of the picture."""

    field: Pointer
    box: Annotated[list[Share], Field(min_length=4, max_length=4, examples=[[0.62, 0.78, 0.25, 0.05]])]


def _characters_or_box(value: Any) -> str:
    return "a box" if isinstance(value, dict) and "box" in value else "characters"


Span = Annotated[
    Annotated[SpanIn, Tag("characters")] | Annotated[BoxIn, Tag("a box")],
    Discriminator(_characters_or_box),
]


class EvidenceIn(Sent):
    """What the agent saw. It is shown to people as untrusted content.

    An image is either described in words, or holds the picture itself: a data URL, or base64 together with
    ``media_type``. PNG, JPEG, WebP and GIF are shown; what the bytes are is read off the bytes.
    """

    kind: Literal["text", "table", "link", "record", "image"]
    title: Annotated[str, Field(max_length=200)] = ""
    content: Annotated[str, Field(max_length=LARGEST_PICTURE)] = ""
    media_type: Literal["image/png", "image/jpeg", "image/webp", "image/gif"] | None = None
    source: Annotated[str, Field(max_length=500)] = ""
    spans: Annotated[list[Span], Field(max_length=200)] = []

    @property
    def kept(self) -> str:
        """The content in the one spelling that is kept, signed and shown."""
        if self.media_type is None or pictures.claimed(self.content):
            return self.content
        return pictures.as_data_url(self.content, self.media_type)

    @property
    def pictured(self) -> bool:
        return self.kind == "image" and pictures.claimed(self.kept)

    def faults(self, pointer: str) -> Iterator[Fault]:
        """What pydantic cannot say: limits that depend on another field."""
        if self.media_type is not None and self.kind != "image":
            yield Fault("Only an image has a media type", "remove it, or send the kind image",
                        pointer=f"{pointer}/media_type")  # fmt: skip
        elif self.pictured:
            yield from self._of_picture(pointer)
        elif len(self.content.encode()) > LARGEST_CONTENT:
            yield Fault("The content is too large", f"send at most {LARGEST_CONTENT} bytes of UTF-8",
                        pointer=f"{pointer}/content")  # fmt: skip
        for position, span in enumerate(self.spans):
            yield from self._of_span(span, f"{pointer}/spans/{position}")

    def _of_picture(self, pointer: str) -> Iterator[Fault]:
        try:
            pictures.read(self.kept)
        except pictures.NotAPicture as error:
            yield Fault(str(error), error.remedy, pointer=f"{pointer}/content")

    def _of_span(self, span: SpanIn | BoxIn, pointer: str) -> Iterator[Fault]:
        if isinstance(span, BoxIn):
            left, top, width, height = span.box
            if not self.pictured:
                yield Fault("A box needs a picture", "send start and end, or the picture itself",
                            pointer=f"{pointer}/box")  # fmt: skip
            elif not width or not height or left + width > 1.001 or top + height > 1.001:
                yield Fault("The box is empty, or leaves the picture", "send shares: left, top, width, height",
                            pointer=f"{pointer}/box")  # fmt: skip
        elif self.pictured:
            yield Fault("A picture has no characters", "send a box: left, top, width, height as shares",
                        pointer=f"{pointer}/start")  # fmt: skip
        elif span.end < span.start:
            yield Fault(
                "The span ends before it starts", f"send {span.start} or more", pointer=f"{pointer}/end"
            )
        elif span.end > len(self.content):
            yield Fault("The span ends outside of the content", f"send {len(self.content)} or less",
                        pointer=f"{pointer}/end")  # fmt: skip

    def exhibit(self) -> Exhibit:
        spans = tuple(span.model_dump() for span in self.spans)
        return Exhibit(self.kind, self.kept, self.title, self.source, spans)
