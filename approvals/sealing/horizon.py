"""How far the ledger is complete: the entries no open transaction can still slip something in front of.

Entries are ordered by (transaction, id). Appends wait for nobody, so ids commit out of order; a transaction's number
does not lie: when every transaction below a number has ended, no entry below it can appear any more. That number is
the lowest still open in this database, or the next one to be given. PostgreSQL's own horizon (`pg_snapshot_xmin`) is
not enough: it counts every database of the server, and a long import elsewhere would hold up our seals. So each number
that is open in the snapshot is looked up among the locks, where its owner holds one on it; a transaction whose owner is
not found counts as ours, unless it has ended since, and then the sealer's next statement sees what it wrote.

A dump restored into a new server begins to count transactions anew, below what was sealed. The numbers of the ledger
are therefore PostgreSQL's plus an offset, kept in a sequence because a sequence is read as it is now, whatever
snapshot the reader has. Entries "from the future" betray the restore; `mend` then lifts the offset above every entry,
while a table lock keeps writers out, so that no entry is under way with a number of the old count. Until then the
database refuses an entry that would fall below a seal, rather than let it go unsealed (migration 0003).
"""

from typing import NamedTuple

from django.db import connection, transaction

COMPLETE = """
    WITH seen AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot),
         under_way AS MATERIALIZED (SELECT pg_snapshot_xip(snapshot) AS number FROM seen),
         ours AS MATERIALIZED (
           SELECT number FROM under_way
           LEFT JOIN pg_locks held ON held.locktype = 'transactionid' AND held.transactionid = number::xid
             AND held.mode = 'ExclusiveLock' AND held.granted
           LEFT JOIN pg_stat_activity owner ON owner.pid = held.pid
           WHERE coalesce(owner.datname, current_database()) = current_database()
         )
    SELECT coalesce(
      (SELECT min(number::text::bigint) FROM ours WHERE coalesce(pg_xact_status(number), '') IN ('', 'in progress')),
      (SELECT pg_snapshot_xmax(snapshot)::text::bigint FROM seen)
    ) + (SELECT last_value FROM countersign_ledger_offset)
"""
LATEST = """
    SELECT coalesce(max(latest.transaction), 0) FROM approvals_workspace workspace, LATERAL (
      (SELECT transaction FROM approvals_ledgerentry WHERE workspace_id = workspace.id
       ORDER BY transaction DESC, id DESC LIMIT 1)
      UNION ALL
      (SELECT upto_transaction FROM approvals_seal WHERE workspace_id = workspace.id ORDER BY number DESC LIMIT 1)
    ) latest
"""
BEGUN = """
    SELECT greatest(pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
                    pg_current_xact_id_if_assigned()::text::bigint + 1) + last_value FROM countersign_ledger_offset
"""
PATIENCE = "5s"


class Place(NamedTuple):
    """Where an entry stands in its workspace's ledger."""

    transaction: int
    id: int


START = Place(0, 0)


def complete() -> int:
    """Every entry whose transaction is below this number is here to stay, and no other will join them."""
    return _number(COMPLETE)


def mend() -> bool:
    """Lift the count above every entry when the ledger was restored into a younger server. True when it was."""
    if not _is_restored():
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        cursor.execute("LOCK TABLE approvals_ledgerentry IN SHARE ROW EXCLUSIVE MODE")
        if not _is_restored():
            return False
        # Not less than the latest: a transaction may have its number already, and append only after this.
        cursor.execute("SELECT setval('countersign_ledger_offset', %s)", [_number(LATEST)])
    return True


def _is_restored() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({LATEST}) >= ({BEGUN})")
        return bool(cursor.fetchone()[0])


def _number(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])
