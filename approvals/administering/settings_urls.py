"""Addresses of the settings. What changes something has one of its own, and takes a POST only."""

from django.urls import path

from approvals.administering import agent_views, policy_views, reviewing_views, settings_views

BASE = "w/<slug:workspace>/settings/"
AGENT = f"{BASE}agents/<slug:agent>/"
POLICY = f"{BASE}policies/<str:tool>/"

settings_urls = [
    path(BASE, agent_views.agent_list, name="settings"),
    path(f"{BASE}add-agent/", agent_views.add, name="settings-agent-add"),
    path(AGENT, agent_views.agent_page, name="settings-agent"),
    path(f"{AGENT}change/", agent_views.change, name="settings-agent-change"),
    path(f"{AGENT}pause/", agent_views.pause, name="settings-agent-pause"),
    path(f"{AGENT}release/", agent_views.release, name="settings-agent-release"),
    path(f"{AGENT}tokens/", agent_views.issue, name="settings-token-issue"),
    path(f"{AGENT}tokens/<slug:token>/revoke/", agent_views.revoke, name="settings-token-revoke"),
    path(f"{BASE}policies/", policy_views.policy_list, name="settings-policies"),
    path(POLICY, policy_views.policy_page, name="settings-policy"),
    path(f"{POLICY}set/", policy_views.set_policy, name="settings-policy-set"),
    path(f"{BASE}lanes/", settings_views.lane_list, name="settings-lanes"),
    path(f"{BASE}lanes/<int:lane>/move/", settings_views.move, name="settings-lane-move"),
    path(f"{BASE}switch/pull/", settings_views.pull, name="settings-switch-pull"),
    path(f"{BASE}switch/release/", settings_views.release, name="settings-switch-release"),
    path(f"{BASE}reviewing/", reviewing_views.reviewing_page, name="settings-reviewing"),
    path(f"{BASE}reviewing/set/", reviewing_views.set_reviewing, name="settings-reviewing-set"),
    path(f"{BASE}people/", settings_views.people_list, name="settings-people"),
    path(f"{BASE}people/add/", settings_views.add_person, name="settings-person-add"),
    path(f"{BASE}people/<int:member>/roles/", settings_views.change_roles, name="settings-person-roles"),
]
