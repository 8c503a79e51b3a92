from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Decides and remembers: may this happen, who said so, and can we prove it?"""

    name = "approvals"
    label = "approvals"
    default_auto_field = "django.db.models.BigAutoField"
