"""A tool whose arguments have parts: an order with lines, an address and tags, at a system that is not ours."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from approvals import tools


class Line(BaseModel):
    """One line of an order. Fields it does not know it keeps."""

    model_config = ConfigDict(extra="allow")

    item: Annotated[str, Field(min_length=1, max_length=60)]
    quantity: Annotated[int, Field(ge=1, le=999)]
    price: Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=2)]
    gift: bool = False
    size: Literal["small", "large"] | None = None


class Address(BaseModel):
    street: str
    zip: Annotated[str, Field(pattern=r"^\d{5}$")]
    until: date | None = None


class Order(tools.Arguments):
    customer: str
    lines: list[Line]
    address: Address
    tags: list[str] = []
    extra: dict[str, Any] = {}
    reference: str = ""


class PlaceOrder(tools.Tool):
    name = "orders.place"
    title = "Place an order"
    Arguments = Order
    reversibility = "compensating"
    idempotency = "key"
    observes = False
    editable = ("customer", "lines", "address", "tags", "extra")

    def headline(self, arguments: dict[str, Any]) -> str:
        return f"Order for {arguments.get('customer')}"

    def observe(self, arguments: Any, *, context: tools.Context) -> tools.Observation:
        return tools.Observation(before={}, version="")

    def run(self, arguments: Any, *, key: str, context: tools.Context) -> tools.Receipt:
        return tools.Receipt(reference=f"order:{key[:8]}")

    def look_up(self, arguments: Any, *, key: str, context: tools.Context) -> tools.Receipt | None:
        return None


WHOLE: dict[str, Any] = {
    "customer": "Anna Berg",
    "lines": [
        {"item": "Chair", "quantity": 4, "price": "19.50", "colour": "oak"},
        {"item": "Table", "quantity": 1, "price": "120.00", "gift": True, "size": "large"},
    ],
    "address": {"street": "Deep Lane 3", "zip": "10115"},
    "tags": ["spring", "hall"],
    "extra": {"any": [1, 2]},
    "reference": "R-1",
}


def install() -> None:
    tools.register(PlaceOrder())
