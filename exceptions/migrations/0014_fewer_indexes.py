"""A step of an escalation writes a case anew and its calls beside it: indexes that others cover or nobody asks go, and
those of what is mostly empty hold only what is not.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def to(model: str, name: str, **more: object) -> models.ForeignKey:
    """A reference without an index of its own."""
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name=name, to=model, **more
    )  # fmt: skip


def where_set(model: str, field: str, name: str, *then: str) -> migrations.AddIndex:
    condition = models.Q((f"{field}__isnull", False))
    return migrations.AddIndex(model, models.Index(condition=condition, fields=[field, *then], name=name))


class Migration(migrations.Migration):
    dependencies = [
        ("exceptions", "0013_proof_and_surges"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField("case", "workspace", to("approvals.workspace", "cases")),
        migrations.AlterField("case", "plan", to("exceptions.plan", "+", null=True)),
        migrations.AlterField("case", "assignee", to(settings.AUTH_USER_MODEL, "assigned_cases", null=True)),
        migrations.AlterField("case", "escalated_to", to("exceptions.team", "escalated_cases", null=True)),
        migrations.AlterField("case", "merged_into", to("exceptions.case", "merged", null=True)),
        where_set("case", "assignee", "cases_somebody_has"),
        where_set("case", "escalated_to", "cases_another_was_called_to"),
        where_set("case", "merged_into", "cases_merged"),
        migrations.AlterField("call", "workspace", to("approvals.workspace", "+")),
        migrations.AlterField("call", "case", to("exceptions.case", "calls", null=True)),
        migrations.AlterField("call", "team", to("exceptions.team", "+", null=True)),
        migrations.AlterField("call", "user", to(settings.AUTH_USER_MODEL, "+", null=True)),
        migrations.AlterField("call", "channel", to("exceptions.channel", "calls", null=True)),
        migrations.AlterField("call", "instead_of", to("exceptions.call", "replaced_by", null=True)),
        where_set("call", "channel", "calls_through_channel", "-id"),
    ]
