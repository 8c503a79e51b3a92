"""Proposals that belong together: the steps of a saga, and reversals asked for by one order."""

from django.db import migrations, models
from django.db.models import Q

CHAINED = """
CREATE TRIGGER chained BEFORE UPDATE OF saga, saga_step, reversal_order ON approvals_proposal FOR EACH ROW
  WHEN ((NEW.saga, NEW.saga_step, NEW.reversal_order) IS DISTINCT FROM (OLD.saga, OLD.saga_step, OLD.reversal_order))
  EXECUTE FUNCTION countersign_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0011_limits")]

    operations = [
        migrations.AddField("proposal", "saga", models.UUIDField(null=True)),
        migrations.AddField("proposal", "saga_step", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("proposal", "reversal_order", models.UUIDField(null=True)),
        migrations.AddConstraint(
            "proposal",
            models.CheckConstraint(
                condition=Q(saga__isnull=True, saga_step__isnull=True)
                | Q(saga__isnull=False, saga_step__isnull=False, saga_step__gte=1),
                name="a_step_has_its_saga",
            ),
        ),
        migrations.AddConstraint(
            "proposal",
            models.UniqueConstraint(
                fields=["saga", "saga_step"],
                condition=Q(saga__isnull=False, amends__isnull=True, reverses__isnull=True),
                name="one_proposal_a_step",
            ),
        ),
        migrations.AddIndex(
            "proposal",
            models.Index(fields=["saga", "saga_step"], condition=Q(saga__isnull=False), name="steps_of_saga"),
        ),
        migrations.AddIndex(
            "proposal",
            models.Index(
                fields=["reversal_order"], condition=Q(reversal_order__isnull=False), name="asked_by_order"
            ),
        ),
        migrations.RunSQL([CHAINED], ["DROP TRIGGER chained ON approvals_proposal;"]),
    ]
