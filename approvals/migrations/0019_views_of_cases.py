from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0018_lanes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="savedview", name="one_saved_view_of_a_name"),
        migrations.AddField(
            model_name="savedview",
            name="queue",
            field=models.CharField(db_default="review", default="review", max_length=8),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("workspace", "owner", "queue", "name"), name="one_view_of_a_name"
            ),
        ),
    ]
