"""Two short ways through a long queue: to what needs several signatures, and to what few may answer."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("approvals", "0005_reviewing_laws")]

    operations = [
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                fields=["workspace", "expires_at", "risk_rank", "stake", "id"],
                condition=Q(state="pending", quorum__gt=1),
                name="queue_of_two",
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                fields=["policy", "expires_at"], condition=Q(state="pending"), name="queue_by_policy"
            ),
        ),
    ]
