from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0016_figure_scopes")]

    operations = [
        migrations.AddIndex(
            model_name="redriveline",
            index=models.Index(
                condition=models.Q(("sent_at__isnull", False)),
                fields=["redrive", "sent_at", "position"],
                name="lines_by_sending",
            ),
        ),
    ]
