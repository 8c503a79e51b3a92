"""Approved executions by the thousand: copies of one that came the whole way, each about something of its own."""

from uuid import UUID

from django.db import connection, transaction

# As if all had been approved one by one: the laws that look at each are the subject of other tests.
_PROPOSALS = """
INSERT INTO approvals_proposal ({names}) SELECT {values} FROM approvals_proposal p, generate_series(1, %(many)s) AS n
WHERE p.id = %(model)s
"""
_EXECUTIONS = """
INSERT INTO runs_execution ({names}) SELECT {values} FROM runs_execution x
JOIN approvals_proposal p ON p.idempotency_key LIKE 'copy-%%' WHERE x.proposal_id = %(model)s
"""
# As `approvals.ids.new` makes them: they sort by age.
_NEW_ID = """(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
|| substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid"""
_OF_A_PROPOSAL = {"id": _NEW_ID, "idempotency_key": "'copy-' || n", "subject": "'copy:' || n"}
_OF_AN_EXECUTION = {
    "id": "gen_random_uuid()", "proposal_id": "p.id", "write_key": "p.id::text", "target": "p.subject",
    "due_at": "x.due_at + random() * interval '1 second' - interval '1 hour'",
}  # fmt: skip
_COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


def of_execution(proposal: UUID, *, many: int) -> None:
    """So many more like the execution of this proposal, all of them due."""
    with transaction.atomic():
        told = {"many": many, "model": proposal}
        _copy("approvals_proposal", _PROPOSALS, "p", _OF_A_PROPOSAL, told)
        _copy("runs_execution", _EXECUTIONS, "x", _OF_AN_EXECUTION, told)


def _copy(table: str, query: str, alias: str, own: dict[str, str], told: dict[str, object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [table])
        names = [name for (name,) in cursor.fetchall()]
        values = [own.get(name, f'{alias}."{name}"') for name in names]
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        quoted = ", ".join(f'"{name}"' for name in names)
        cursor.execute(query.format(names=quoted, values=", ".join(values)), told)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def of_proposal(model: UUID, *, many: int) -> None:
    """So many more like this proposal, each with a subject of its own, in the state it is in."""
    with transaction.atomic():
        own = _OF_A_PROPOSAL | {"idempotency_key": "'copy-' || gen_random_uuid()"}
        _copy("approvals_proposal", _PROPOSALS, "p", own, {"many": many, "model": model})
