"""Whether a database that begins today is the one that came the whole way: `python -m tests.histories [APP=0016 ...]`.

One database is made as `migrate` makes it now; the other by all the migrations that were replaced, each by itself, as
far as those that are named, and taken on from there by `migrate`. Then their catalogues are laid side by side. This
takes half a minute, so no test does it: whoever squashes migrations does.
"""

import os
import sys

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config import embedded
from tests import databases

FACTS = {
    "columns": """
        SELECT c.relname || '.' || a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull,
               a.attidentity, a.attgenerated, a.attstorage, a.attcompression, a.attstattarget, a.attcollation,
               a.attoptions, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (c.oid, a.attnum)
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind <> 'i' AND a.attnum > 0 AND NOT a.attisdropped""",
    "relations": """
        SELECT relname, concat_ws(' ', relkind, relpersistence, reloptions, relreplident, relrowsecurity, relowner,
               relacl, obj_description(oid)) FROM pg_class WHERE relnamespace = 'public'::regnamespace""",
    "constraints": """
        SELECT conrelid::regclass || '.' || conname, concat_ws(' ', contype, condeferrable, condeferred, convalidated,
               pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": """
        SELECT tgrelid::regclass || '.' || tgname, tgenabled::text || ' ' || pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal""",
    "functions": """
        SELECT oid::regprocedure::text, pg_get_functiondef(oid) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prokind <> 'a'""",
    "sequences": """
        SELECT sequencename, concat_ws(' ', data_type, start_value, min_value, max_value, increment_by, cycle,
               cache_size, last_value, s.refobjid::regclass, s.refobjsubid <> 0) FROM pg_sequences
        LEFT JOIN pg_depend s ON s.objid = quote_ident(sequencename)::regclass AND s.deptype IN ('a', 'i')
        WHERE sequencename NOT LIKE 'django_%' AND schemaname = 'public'""",
    "statistics": "SELECT stxname, pg_get_statisticsobjdef(oid) FROM pg_statistic_ext",
    "types": "SELECT typname, typtype::text FROM pg_type WHERE typnamespace = 'public'::regnamespace",
    "extensions": "SELECT extname, extversion FROM pg_extension",
    "rows": """
        SELECT c.relname, CASE WHEN relname IN ('auth_permission', 'django_content_type') THEN '' ELSE
               query_to_xml(format('SELECT * FROM %I ORDER BY 1', relname), true, false, '')::text END
        FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
              AND relname <> 'django_migrations'""",
}


def begin(name: str) -> None:
    connection.settings_dict["NAME"] = "countersign"
    with connection.cursor() as cursor:
        databases.remove(cursor, name)
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    connection.settings_dict["NAME"] = name


def walk(stops: dict[str, str]) -> None:
    """Every migration by itself, of each app as far as the number that is named for it."""
    executor = MigrationExecutor(connection)
    executor.loader.replace_migrations = False
    executor.loader.build_graph()
    graph = executor.loader.graph
    wanted = [
        key
        for key in sorted(graph.nodes)
        if not graph.nodes[key].replaces and key[1][:4] <= stops.get(key[0], "9999")
    ]
    targets = list(dict(wanted).items())  # of each app the last
    executor.migrate(targets)


def facts() -> dict[str, dict[str, str]]:
    with connection.cursor() as cursor:
        told = {}
        for name, query in FACTS.items():
            cursor.execute(query)
            told[name] = dict(cursor.fetchall())
    connection.close()
    return told


def main(stops: dict[str, str]) -> int:
    embedded.ensure(durable=False)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    begin("history_today")
    call_command("migrate", verbosity=0)
    today = facts()
    begin("history_whole")
    walk(stops)
    call_command("migrate", verbosity=0)
    whole = facts()
    apart = 0
    for kind in FACTS:
        names = sorted(today[kind].keys() | whole[kind].keys())
        others = [name for name in names if today[kind].get(name) != whole[kind].get(name)]
        apart += len(others)
        print(f"{kind}: {len(names)} looked at, {len(others)} apart")
        for name in others:
            print(f"  {name}\n    today: {today[kind].get(name)}\n    whole: {whole[kind].get(name)}")
    return min(apart, 1)


if __name__ == "__main__":
    try:
        sys.exit(main(dict(word.split("=") for word in sys.argv[1:])))
    finally:
        embedded.release()
