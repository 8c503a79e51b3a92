import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

STATES = [("waiting", "waiting"), ("started", "under way"), ("done", "done")]
ENDINGS = [
    ("passed", "would be written"),
    ("read", "only read"),
    ("refused", "would be refused"),
    ("transient", "refused for now"),
    ("unknown", "in doubt"),
    ("broken", "broken"),
    ("stopped", "stopped"),
    ("lost", "lost"),
]


def kept_with(to: str, **more: bool) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to, **more)


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0007_breakers"),
        ("approvals", "0009_measured_laws"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("proposal", kept_with("approvals.proposal")),
                ("digest", models.CharField(max_length=64)),
                ("arguments", models.JSONField()),
                ("edited", models.BooleanField(default=False)),
                ("asked_by", kept_with(settings.AUTH_USER_MODEL, null=True)),
                ("asked_agent", kept_with("approvals.agent", null=True)),
                ("asked_at", models.DateTimeField()),
                ("state", models.CharField(choices=STATES, default="waiting", max_length=8)),
                ("started_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("ending", models.CharField(blank=True, choices=ENDINGS, max_length=10)),
                ("failure_class", models.CharField(blank=True, max_length=60)),
                ("message", models.CharField(blank=True, max_length=500)),
                ("field", models.CharField(blank=True, max_length=120)),
                ("request", models.TextField(blank=True)),
                ("would", models.JSONField(default=dict)),
                ("notes", models.JSONField(default=list)),
                ("seen_version", models.CharField(blank=True, max_length=200)),
                ("took_ms", models.PositiveIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["proposal"], condition=~Q(state="done"), name="one_rehearsal_at_once"
                    ),
                    models.CheckConstraint(
                        condition=(Q(state="done", done_at__isnull=False) & ~Q(ending=""))
                        | (~Q(state="done") & Q(done_at__isnull=True, ending="")),
                        name="rehearsals_end_somehow",
                    ),
                    models.CheckConstraint(
                        condition=Q(asked_by__isnull=False) ^ Q(asked_agent__isnull=False),
                        name="somebody_asked",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["id"], condition=~Q(state="done"), name="rehearsals_to_carry_out"),
                    models.Index(fields=["proposal", "-id"], name="rehearsals_latest"),
                    models.Index(fields=["asked_at"], name="rehearsals_oldest"),
                ],
            },
        ),
    ]
