"""Golden sets and drift: whether what was right before is right still, and whether the work is what it was."""
