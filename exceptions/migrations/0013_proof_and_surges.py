import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exceptions", "0012_of_runs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="failureclass",
            name="surge_least",
            field=models.PositiveSmallIntegerField(db_default=5, default=5),
        ),
        migrations.AddField(
            model_name="failureclass",
            name="surge_times",
            field=models.PositiveSmallIntegerField(db_default=3, default=3),
        ),
        migrations.AddField(
            model_name="failureclass",
            name="alarm_money",
            field=models.DecimalField(decimal_places=2, max_digits=16, null=True),
        ),
        migrations.AddConstraint(
            model_name="failureclass",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("surge_least__gte", 2),
                    ("surge_times__gte", 2),
                    models.Q(("alarm_money__isnull", True), ("alarm_money__gt", 0), _connector="OR"),
                ),
                name="not_every_failure_is_a_surge",
            ),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="resent_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="resent_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="occurrence",
            index=models.Index(
                condition=models.Q(("disposition", "open"), ("resent_at__isnull", False)),
                fields=["resent_at", "id"],
                name="sent_again",
            ),
        ),
        migrations.AddIndex(
            model_name="occurrence",
            index=models.Index(
                condition=models.Q(("disposition", "open"), ("written", "unknown")),
                fields=["case"],
                name="doubtful_of_case",
            ),
        ),
        migrations.AddIndex(
            model_name="resolution",
            index=models.Index(fields=["case", "-id"], name="resolutions_of_case"),
        ),
    ]
