"""Templates in four fifths of the time. Most of a template are names told as they are and conditions on names. Django
works those out by all its language allows, and catches three errors for each name that is not there.
"""

from collections.abc import Callable
from functools import cache
from html import escape
from typing import Any

from django.conf import settings
from django.template import Engine, Template
from django.template.base import NodeList, VariableNode, render_value_in_context
from django.template.defaulttags import IfNode, TemplateLiteral
from django.template.loader_tags import IncludeNode, construct_relative_path
from django.template.loaders import cached
from django.utils.safestring import SafeString

MISSING = object()
Read = Callable[[Any], Any]  # of a context, a value


class Loader(cached.Loader):
    """Keeps templates as Django's does. While debugging they stay as they are, and tell where an error happened."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        known = self.cache_key(template_name, skip) in self.get_template_cache
        template: Template = super().get_template(template_name, skip)
        if not known and not self.engine.debug:
            quicken(template.nodelist)
        return template


def quicken(nodes: NodeList) -> None:
    """Let every name in these nodes and below be told in the short way where there is one, and else in Django's."""
    node: Any
    for node in nodes.get_nodes_by_type(VariableNode):
        node.render_annotated = _told(node)
    for node in nodes.get_nodes_by_type(IncludeNode):
        if not node.template.is_var and not node.template.filters:
            node.render_annotated = _included(node)
    for node in nodes.get_nodes_by_type(IfNode):
        node.render_annotated = node.render
        for condition, _ in node.conditions_nodelists:
            _quicken_condition(condition)


def _quicken_condition(token: Any) -> None:
    if isinstance(token, TemplateLiteral):
        vars(token)["eval"] = _of_condition(token.value)
    elif token is not None:
        _quicken_condition(token.first)
        _quicken_condition(token.second)


def _included(node: Any) -> Callable[[Any], str]:
    """Another template, always the same; Django looks for it on every page."""
    name = construct_relative_path(node.origin.template_name, node.template.var)

    @cache
    def template(engine: Engine) -> Template:
        return engine.get_template(name)

    def included(context: Any) -> str:
        values = {key: value.resolve(context) for key, value in node.extra_context.items()}
        if node.isolated_context:
            return template(context.template.engine).render(context.new(values))
        with context.push(**values):
            return template(context.template.engine).render(context)

    return included


def _of_condition(expression: Any) -> Read:
    """What a condition compares: None for what is not there."""
    variable, literal = expression.var, getattr(expression.var, "literal", expression.var)
    if not expression.filters and literal is not None and not getattr(variable, "translate", False):
        return lambda context: literal
    short = _short(expression)

    def value(context: Any) -> Any:
        found = short(context)
        return expression.resolve(context, ignore_failures=True) if found is MISSING else found

    return value


def _told(node: Any) -> Callable[[Any], str]:
    """What stands in the page."""
    short, counts_plainly = _short(node.filter_expression), not settings.USE_THOUSAND_SEPARATOR

    def told(context: Any) -> str:
        value = short(context)
        kind = type(value)
        if kind is SafeString:
            return str(value)
        if kind is str:
            return escape(value) if context.autoescape else str(value)
        if kind is int and counts_plainly:
            return str(value)
        return node.render(context) if value is MISSING else render_value_in_context(value, context)

    return told


def _short(expression: Any) -> Read:
    """The value of a name, or of names within names; `MISSING` for whatever needs more of the language than that."""
    variable = expression.var
    names = getattr(variable, "lookups", None)
    if expression.filters or names is None or variable.translate:
        return lambda context: MISSING
    first, *others = names

    def value(context: Any) -> Any:
        for layer in reversed(context.dicts):
            if first in layer:
                found = layer[first]
                break
        else:
            return MISSING
        for name in others:
            found = _within(found, name)
        return MISSING if callable(found) else found

    return value


def _within(whole: Any, name: str) -> Any:
    """An entry of a dict, or an attribute of what has no entries."""
    if type(whole) is dict:
        return whole.get(name, MISSING)
    if callable(whole) or hasattr(type(whole), "__getitem__"):
        return MISSING
    try:
        return getattr(whole, name, MISSING)
    except Exception:  # whether it may be silent is Django's to say
        return MISSING
