"""The queue stays as quick as it is short: what left it is cleared away early, and small tables are counted at all.

A scan of the queue passes over every row that left it since the last vacuum. By the server's own rule that waits until a
fifth of the table has changed, which with a long history is more than the queue ever holds.
"""

from django.db import migrations

SETTINGS = {
    "approvals_proposal": {
        "autovacuum_vacuum_scale_factor": "0",
        "autovacuum_vacuum_threshold": "2000",
        "autovacuum_analyze_scale_factor": "0.01",
    },
    # taken and let go all day long, and never many
    "approvals_hold": {"autovacuum_vacuum_scale_factor": "0", "autovacuum_vacuum_threshold": "500"},
    # a dozen rows, which the planner takes for hundreds until somebody has counted them
    "approvals_policy": {"autovacuum_analyze_scale_factor": "0", "autovacuum_analyze_threshold": "1"},
}


def set_on(table: str, settings: dict[str, str]) -> str:
    return f"ALTER TABLE {table} SET ({', '.join(f'{name} = {value}' for name, value in settings.items())})"


def reset_on(table: str, settings: dict[str, str]) -> str:
    return f"ALTER TABLE {table} RESET ({', '.join(settings)})"


class Migration(migrations.Migration):
    dependencies = [("approvals", "0006_queue_indexes")]

    operations = [
        migrations.RunSQL(
            [set_on(*one) for one in SETTINGS.items()], [reset_on(*one) for one in SETTINGS.items()]
        )
    ]
