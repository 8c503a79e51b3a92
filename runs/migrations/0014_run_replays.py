"""Replays of runs and their lines."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from approvals import ids

STATES = [("waiting", "waiting"), ("started", "under way"), ("done", "done")]
OUTCOMES = [("same", "the same"), ("differs", "differs"), ("unable", "cannot be read again")]


def to(model: str, name: str = "+") -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=model)


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0013_figures"),
        ("approvals", "0016_entries_by_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RunReplay",
            fields=[
                ("id", models.UUIDField(default=ids.new, editable=False, primary_key=True, serialize=False)),
                ("item", models.CharField(blank=True, max_length=120)),
                ("step", models.CharField(blank=True, max_length=60)),
                ("asked_at", models.DateTimeField()),
                ("state", models.CharField(choices=STATES, default="waiting", max_length=8)),
                ("epoch", models.PositiveIntegerField(default=0)),
                ("heard_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("version", models.CharField(blank=True, max_length=40)),
                ("inputs", models.PositiveIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=200)),
                ("asked_by", to(settings.AUTH_USER_MODEL)),
                ("run", to("runs.run", "replays")),
                ("workspace", to("approvals.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["run"], condition=~Q(state="done"), name="one_replay_at_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(state="done", done_at__isnull=False)
                        | (~Q(state="done") & Q(done_at__isnull=True)),
                        name="done_replays_have_a_moment",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["id"], condition=~Q(state="done"), name="replays_to_carry_out"),
                    models.Index(fields=["run", "-id"], name="replays_of_run"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReplayLine",
            fields=[
                ("id", key()),
                ("position", models.PositiveIntegerField()),
                ("item", models.CharField(max_length=120)),
                ("proposal", models.UUIDField(null=True)),
                ("outcome", models.CharField(choices=OUTCOMES, max_length=8)),
                ("why", models.CharField(blank=True, max_length=200)),
                ("changes", models.JSONField(default=list)),
                ("by_then", models.CharField(blank=True, max_length=200)),
                ("by_now", models.CharField(blank=True, max_length=200)),
                ("took_ms", models.PositiveIntegerField(null=True)),
                ("replay", to("runs.runreplay", "lines")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["replay", "position"], name="one_line_an_input")
                ],
                "indexes": [models.Index(fields=["replay", "outcome", "position"], name="lines_by_outcome")],
            },
        ),
    ]
