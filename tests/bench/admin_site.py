"""What is compared: Django admin over the same rows, set up as one would who wants to review in it."""

from django.contrib import admin

from approvals.models import Proposal


class ReviewSite(admin.AdminSite):
    """Of the bench alone; the product has no admin."""

    site_header = "Bench"


class ProposalAdmin(admin.ModelAdmin):
    list_display = ("headline", "agent", "tool", "risk", "amount", "currency", "state", "expires_at")
    list_filter = ("state", "risk", "tool", "agent")
    search_fields = ("headline", "subject", "party")
    list_select_related = ("agent",)
    ordering = ("expires_at",)
    date_hierarchy = "created_at"
    list_per_page = 30
    raw_id_fields = ("amends", "proposed_by", "policy", "lane")


site = ReviewSite(name="bench-admin")
site.register(Proposal, ProposalAdmin)
