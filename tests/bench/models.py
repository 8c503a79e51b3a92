"""The plain way: a row that says it is approved, and one that keeps a payload."""

from django.db import models


class PlainExpense(models.Model):
    """What a small Django site would keep of an approved write."""

    payload = models.JSONField()
    evidence = models.TextField(blank=True)
    write_key = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, default="approved")
    done_at = models.DateTimeField(null=True)

    objects: "models.Manager[PlainExpense]" = models.Manager()

    def __str__(self) -> str:
        return self.write_key
