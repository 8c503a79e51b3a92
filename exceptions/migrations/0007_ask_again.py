"""What may be amended may also be sent back to its agent."""

from django.db import migrations

ADD = """
UPDATE exceptions_failureclass SET resolutions = array_append(resolutions, 'ask_again')
WHERE 'amend' = ANY (resolutions) AND NOT 'retry' = ANY (resolutions) AND NOT 'ask_again' = ANY (resolutions)
"""
REMOVE = "UPDATE exceptions_failureclass SET resolutions = array_remove(resolutions, 'ask_again')"


class Migration(migrations.Migration):
    dependencies = [("exceptions", "0006_calls_of_trials")]
    operations = [migrations.RunSQL([ADD], [REMOVE])]
