"""Setting aside, giving to colleagues, cover, hours: their addresses."""

from django.urls import path

from approvals.routing import own_hours_views, routing_views

ITEM = "w/<slug:workspace>/review/<slug:proposal>/"
YOURS = "w/<slug:workspace>/yours/hours/"

routing_urls = [
    path(f"{ITEM}set-aside/", routing_views.set_aside, name="set-aside"),
    path(f"{ITEM}bring-back/", routing_views.bring_back, name="bring-back"),
    path(f"{ITEM}give/", routing_views.give, name="give"),
    path(f"{ITEM}give-back/", routing_views.give_back, name="give-back"),
    path(YOURS, own_hours_views.show, name="own-hours"),
    path(f"{YOURS}set/", own_hours_views.set_hours, name="own-hours-set"),
    path(f"{YOURS}letters/", own_hours_views.set_letters, name="own-letters"),
    path(f"{YOURS}cover/", own_hours_views.arrange, name="own-cover"),
    path(f"{YOURS}cover/end/", own_hours_views.end_cover, name="own-cover-end"),
]
