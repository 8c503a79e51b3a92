"""Addresses of teams and channels, under Settings. People of a team see theirs without being admins."""

from django.urls import path

from exceptions import channel_views, override_views, team_views

BASE = "w/<slug:workspace>/settings/"
TEAM, CHANNEL = f"{BASE}teams/<int:team>/", f"{BASE}channels/<int:channel>/"

team_urls = [
    path(f"{BASE}teams/", team_views.team_list, name="teams"),
    path(f"{BASE}teams/add/", team_views.add, name="team-add"),
    path(TEAM, team_views.one, name="team"),
    path(f"{TEAM}change/", team_views.change, name="team-change"),
    path(f"{TEAM}override/", override_views.override, name="team-override"),
    path(
        f"{TEAM}overrides/<int:override>/take-back/",
        override_views.take_back,
        name="team-override-take-back",
    ),
    path(f"{BASE}channels/", channel_views.channel_list, name="settings-channels"),
    path(f"{BASE}channels/add/", channel_views.add, name="settings-channel-add"),
    path(f"{CHANNEL}change/", channel_views.change, name="settings-channel-change"),
    path(f"{CHANNEL}test/", channel_views.send_test, name="settings-channel-test"),
    path(f"{CHANNEL}retire/", channel_views.retire, name="settings-channel-retire"),
]
