"""What people are told: notices, when they become true, and where letters go."""
