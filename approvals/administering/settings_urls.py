"""Addresses of the settings. What changes something has one of its own, and takes a POST only."""

from django.urls import path

from approvals.administering import (
    agent_views,
    policy_views,
    reviewing_views,
    settings_views,
    tool_views,
    trial_views,
)

BASE = "w/<slug:workspace>/settings/"
AGENT = f"{BASE}agents/<slug:agent>/"
POLICY = f"{BASE}policies/<str:tool>/"
TOOL = f"{BASE}tools/<str:declared>/"

settings_urls = [
    path(BASE, agent_views.agent_list, name="settings"),
    path(f"{BASE}add-agent/", agent_views.add, name="settings-agent-add"),
    path(AGENT, agent_views.agent_page, name="settings-agent"),
    path(f"{AGENT}change/", agent_views.change, name="settings-agent-change"),
    path(f"{AGENT}pause/", agent_views.pause, name="settings-agent-pause"),
    path(f"{AGENT}release/", agent_views.release, name="settings-agent-release"),
    path(f"{AGENT}tokens/", agent_views.issue, name="settings-token-issue"),
    path(f"{AGENT}tokens/<slug:token>/revoke/", agent_views.revoke, name="settings-token-revoke"),
    path(f"{BASE}tools/", tool_views.tool_list, name="settings-tools"),
    path(f"{BASE}tools/declare/", tool_views.new, name="settings-tool-new"),
    path(f"{BASE}tools/declare/save/", tool_views.declare, name="settings-tool-declare"),
    path(f"{BASE}tools/tried/<int:trial>/", trial_views.trial, name="settings-trial"),
    path(TOOL, tool_views.tool, name="settings-tool"),
    path(f"{TOOL}next/", tool_views.next_version, name="settings-tool-next"),
    path(f"{TOOL}next/save/", tool_views.add_version, name="settings-tool-version"),
    path(f"{TOOL}retire/", tool_views.retire, name="settings-tool-retire"),
    path(f"{TOOL}try/", trial_views.try_tool, name="settings-tool-try"),
    path(f"{TOOL}secrets/", trial_views.ask_secrets, name="settings-tool-secrets"),
    path(f"{BASE}policies/", policy_views.policy_list, name="settings-policies"),
    path(POLICY, policy_views.policy_page, name="settings-policy"),
    path(f"{POLICY}set/", policy_views.set_policy, name="settings-policy-set"),
    path(f"{BASE}lanes/", settings_views.lane_list, name="settings-lanes"),
    path(f"{BASE}switch/pull/", settings_views.pull, name="settings-switch-pull"),
    path(f"{BASE}switch/release/", settings_views.release, name="settings-switch-release"),
    path(f"{BASE}reviewing/", reviewing_views.reviewing_page, name="settings-reviewing"),
    path(f"{BASE}reviewing/set/", reviewing_views.set_reviewing, name="settings-reviewing-set"),
    path(f"{BASE}people/", settings_views.people_list, name="settings-people"),
    path(f"{BASE}people/add/", settings_views.add_person, name="settings-person-add"),
    path(f"{BASE}people/<int:member>/roles/", settings_views.change_roles, name="settings-person-roles"),
]
