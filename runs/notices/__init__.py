"""Writing to people who are not looking: how much waits for them, and until when."""
