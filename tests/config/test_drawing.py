"""A template drawn in the short way says what Django's own way says, and fails where that fails."""

from collections import namedtuple
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.template import Context, Template, engines
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from config import drawing

Pair = namedtuple("Pair", "left right")


class Thing:
    name = "a <thing>"
    nothing = None
    inner = {"key": "a value", "items": "an entry"}

    @property
    def gone(self) -> str:
        raise ObjectDoesNotExist("silent by its kind")

    @property
    def broken(self) -> str:
        raise ZeroDivisionError("told by whom it happens to")

    @property
    def without(self) -> Any:
        return self.no_such_thing

    def said(self) -> str:
        return "said & done"

    def wants(self, more: str) -> str:
        return more

    def deletes(self) -> str:
        raise AssertionError("a template must not do that")

    deletes.alters_data = True

    def __str__(self) -> str:
        return "<Thing>"


def called() -> str:
    return "called & answered"


VALUES: dict[str, Any] = {
    "text": "Ada & <b>Co</b> \"quoted\" 'twice'",
    "safe": mark_safe("<i>as it is</i>"),
    "empty": "",
    "none": None,
    "yes": True,
    "no": False,
    "number": 1234567,
    "price": Decimal("1234.50"),
    "share": 0.125,
    "moment": datetime(2026, 11, 29, 23, 30, tzinfo=UTC),
    "day": date(2026, 11, 29),
    "lazy": gettext_lazy("lazy & late"),
    "later": SimpleLazyObject(lambda: Thing()),
    "list": ["first", "second"],
    "pair": Pair("l", "r"),
    "dict": {"key": "<v>", "1": "one", "inner": {"key": "deep"}, "none": None},
    "thing": Thing(),
    "kind": Thing,
    "call": called,
}
NAMES = [
    *VALUES, "absent", "absent.of.nothing", "dict.key", "dict.1", "dict.absent", "dict.items", "dict.inner.key",
    "dict.none.more", "list.0", "list.7", "pair.left", "pair.1", "thing.name", "thing.nothing", "thing.absent",
    "thing.gone", "thing.said", "thing.wants", "thing.deletes", "thing.inner.key", "thing.inner.items", "kind.name",
    "later.name", "later.absent", "number.real", "text.upper", "call.nothing", "True", "None", "forloop.counter",
]  # fmt: skip
CONDITIONS = [
    "not {}", "{} == 'a <thing>'", "{} == None", "{} in list", "{} and yes", "{} or no", "{} > 3", "{}|length > 2",
    "{}|default:'x' == 'x'", "{} != text and not {} == safe",
]  # fmt: skip
TOLD = [
    "{{{{ {} }}}}",
    "{{{{ {}|default:'—' }}}}",
    "{{{{ {}|upper }}}}",
    "{{% autoescape off %}}{{{{ {} }}}}{{% endautoescape %}}",
    "{{% for one in list %}}{{{{ forloop.counter }}}}{{{{ {} }}}}{{% endfor %}}",
    "{{% with other={} %}}{{{{ other }}}}{{% endwith %}}",
]


def drawn(source: str, *, quickly: bool) -> str:
    """What becomes of it, or the error in words."""
    template = Template(source)
    if quickly:
        drawing.quicken(template.nodelist)
    try:
        return template.render(Context(VALUES))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("name", [*NAMES, "thing.broken", "thing.without"])
def test_a_name_is_told_as_django_tells_it(name: str) -> None:
    for shape in TOLD:
        source = shape.format(name)
        assert drawn(source, quickly=True) == drawn(source, quickly=False), source


@pytest.mark.parametrize("name", [*NAMES, "'a literal'", "12", "thing.broken", "thing.without"])
def test_a_condition_holds_where_django_says_so(name: str) -> None:
    for condition in ("{}", *CONDITIONS):
        asked = condition.format(*[name] * condition.count("{}"))
        source = f"{{% if {asked} %}}holds{{% elif {name} %}}is there{{% else %}}neither{{% endif %}}"
        assert drawn(source, quickly=True) == drawn(source, quickly=False), source


@pytest.mark.parametrize(
    "source",
    [
        '{% include "components/badge.html" with state=text only %}',
        '{% include "components/badge.html" with state=dict.absent word=text only %}',
        '{% include "components/words.html" with words=text %}{{ words }}',
        '{% for text in list %}{% include "components/words.html" with words=text %}{% endfor %}{{ text }}',
        '{% with words=text %}{% include "components/words.html" %}{% endwith %}',
        "{% include absent %}",
        '{% include "no/such/template.html" %}',
        '{% include "components/words.html" with words=thing.broken %}',
    ],
)
def test_another_template_is_put_in_as_django_puts_it_in(source: str) -> None:
    assert drawn(source, quickly=True) == drawn(source, quickly=False)


def test_numbers_are_grouped_where_a_site_wants_them_so(settings: Any) -> None:
    settings.USE_THOUSAND_SEPARATOR = True
    assert drawn("{{ number }}", quickly=True) == drawn("{{ number }}", quickly=False) == "1,234,567"


def test_templates_of_the_product_are_drawn_so_and_kept() -> None:
    engine = engines["django"].engine
    template = engine.get_template("components/facts.html")
    quick = template.nodelist.get_nodes_by_type(drawing.IfNode)
    assert quick and all("render_annotated" in vars(node) for node in quick)
    assert engine.get_template("components/facts.html") is template


def test_while_debugging_they_tell_where_an_error_happened() -> None:
    engine = engines["django"].engine
    loader = drawing.Loader(engine, ["django.template.loaders.filesystem.Loader"])
    engine.debug = True
    try:
        template = loader.get_template("components/facts.html")
    finally:
        engine.debug = False
    assert not any(
        "render_annotated" in vars(node) for node in template.nodelist.get_nodes_by_type(drawing.IfNode)
    )
