"""What widens an agent's freedom takes two admins: one proposes, another confirms. What narrows it takes one."""
