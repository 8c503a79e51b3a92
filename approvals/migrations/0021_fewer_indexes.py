"""The ledger is led to by workspace twice already: one index less to write with each fact."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0020_promises")]

    operations = [
        migrations.AlterField(
            "ledgerentry",
            "workspace",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="approvals.workspace",
            ),
        ),
    ]
