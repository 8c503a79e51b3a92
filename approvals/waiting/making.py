"""Rows into objects. What Django works out anew each time a query is asked is worked out once for a kept one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler

Found = Iterable[Sequence[Any]]
Maker = Callable[[Found], list[Any]]


class Compiler(SQLCompiler):
    """Builds the text of a query once. From then on it knows what turns a column into a value, and is told the rows."""

    turning: dict[int, Any]
    found: Found

    def built(self) -> tuple[str, tuple[Any, ...]]:
        text, given = self.as_sql()
        self.turning = super().get_converters([column for column, *_ in self.select[: self.col_count]])
        return text, tuple(given)

    def get_converters(self, expressions: Any) -> dict[int, Any]:
        return self.turning

    def execute_sql(self, *_: Any, **__: Any) -> Any:
        return [self.found]

    def turned(self, found: Found) -> Found:
        """The rows as Python knows what is in them."""
        return self.apply_converters(found, self.turning) if self.turning else found


def compiler_of(rows: QuerySet[Any, Any]) -> Compiler:
    return Compiler(rows.query, connection, None)


def maker(rows: QuerySet[Any, Any], compiler: Compiler) -> Maker:
    """What makes of found rows the things that the query yields. The text is built by then."""
    return _objects(compiler) if rows._iterable_class is ModelIterable else _values(rows, compiler)


def _objects(compiler: Compiler) -> Maker:
    """As Django's `ModelIterable`, whose query knows no objects beforehand."""
    read = _reader(compiler.klass_info, compiler.select)
    besides = list((compiler.annotation_col_map or {}).items())

    def objects(found: Found) -> Iterator[Any]:
        for row in compiler.turned(found):
            made = read(row)
            for name, place in besides:
                setattr(made, name, row[place])
            yield made

    return lambda found: list(objects(found))


def _reader(told: Any, select: Any) -> Callable[[Any], Any]:
    """What reads one object out of a row, with those that were joined to it; None where the join found nobody."""
    model, alias, fields = told["model"], connection.alias, told["select_fields"]
    own = slice(fields[0], fields[-1] + 1)
    names = [column.target.attname for column, *_ in select[own]]
    key = own.start + names.index(model._meta.pk.attname)
    joined = [
        (_reader(other, select), other["local_setter"], other["remote_setter"])
        for other in told.get("related_klass_infos", ())
    ]

    def read(row: Any) -> Any:
        if row[key] is None:
            return None
        made = model.from_db(alias, names, row[own])
        for of_other, tell, tell_back in joined:
            other = of_other(row)
            tell(made, other)
            if other is not None:
                tell_back(other, made)
        return made

    return read


def _values(rows: QuerySet[Any, Any], compiler: Compiler) -> Maker:
    """Django's own way, which is told the rows, without what was only asked for to sort by."""
    shown = slice(compiler.col_count if compiler.has_extra_select else None)

    def values(found: Found) -> list[Any]:
        told, query = _twin(compiler), _twin(rows.query)
        told.found = [row[shown] for row in found]
        query.get_compiler = lambda *_, **__: told
        asked: Any = SimpleNamespace(db=connection.alias, query=query, _fields=())
        each: Any = rows._iterable_class(asked)
        return list(each)

    return values


def _twin(of: Any) -> Any:
    """One whose attributes may be set; `copy.copy` does the same in four times as long."""
    other = object.__new__(type(of))
    vars(other).update(vars(of))
    return other
