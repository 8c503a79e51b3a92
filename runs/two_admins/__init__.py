"""What this floor adds to the changes that take two admins: budgets for models, and which prompts they read by."""
