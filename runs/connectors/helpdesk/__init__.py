"""A sample helpdesk: tickets in a schema of their own beside the books. Who has one can be set and put back."""
