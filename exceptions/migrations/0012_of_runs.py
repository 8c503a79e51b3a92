"""What went wrong in one run, found by it."""

from django.db import migrations, models
from django.db.models import Q

OF_RUN = models.Index(fields=["run"], condition=Q(run__isnull=False), name="occurrences_of_run")


class Migration(migrations.Migration):
    dependencies = [("exceptions", "0011_told_quickly")]

    operations = [migrations.AddIndex("occurrence", OF_RUN)]
