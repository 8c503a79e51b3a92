"""Settings for admins: agents, policies, lanes, people and the terms of reviewing."""
