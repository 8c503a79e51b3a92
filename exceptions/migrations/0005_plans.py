"""Escalations of classes become plans with a name; cases that are open get what the new columns ask for; and laws for what
is never taken back.
"""

import django.db.models.deletion
from django.db import migrations, models

from exceptions.migrations import _laws as laws

PLANS = """
INSERT INTO exceptions_plan (workspace_id, name, steps, repeats, in_hours, skip_empty, version)
SELECT workspace_id, CASE number WHEN 1 THEN 'Standing' ELSE 'Standing, ' || number END, escalation, 2, false, true, 1
FROM (SELECT workspace_id, escalation, row_number() OVER (PARTITION BY workspace_id ORDER BY min(code)) AS number
      FROM exceptions_failureclass GROUP BY workspace_id, escalation) AS found;
UPDATE exceptions_failureclass AS known SET plan_id = plan.id
FROM exceptions_plan AS plan WHERE plan.workspace_id = known.workspace_id AND plan.steps = known.escalation;
UPDATE exceptions_failureclass SET handling = 'retry' WHERE tries > 1;
UPDATE exceptions_case AS held SET plan_id = known.plan_id, plan_version = 1, repeats = 2
FROM exceptions_failureclass AS known WHERE known.id = held.failure_class_id;
UPDATE exceptions_case AS held SET money = risk.money, most_money = risk.most
FROM (SELECT case_id, jsonb_object_agg(currency, amount::text) AS money, max(amount) AS most
      FROM (SELECT case_id, currency, sum(abs(amount)) AS amount FROM exceptions_occurrence
            WHERE disposition = 'open' AND amount IS NOT NULL GROUP BY case_id, currency) AS sums
      GROUP BY case_id) AS risk WHERE risk.case_id = held.id;
INSERT INTO exceptions_episode
  (case_id, workspace_id, failure_class_id, owner_id, number, opened_at, taken_by_id, resolved_at, failures)
SELECT id, workspace_id, failure_class_id, owner_id, 1, first_seen_at, NULL, resolved_at, 0 FROM exceptions_case;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("exceptions", "0004_owners"), ("approvals", "0002_laws")]

    operations = [
        migrations.RunSQL([PLANS], migrations.RunSQL.noop),
        migrations.RemoveField("failureclass", "escalation"),
        migrations.AlterField(
            "failureclass",
            "plan",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="classes", to="exceptions.plan"
            ),
        ),
        migrations.RunSQL(
            [laws.kept(table) for table in ("exceptions_episode", "exceptions_call", "exceptions_incident")],
            [
                laws.released(table)
                for table in ("exceptions_episode", "exceptions_call", "exceptions_incident")
            ],
        ),
        migrations.RunSQL([laws.FIXED], [laws.LOOSE]),
    ]
