"""What waits: the queue, places in it, its list, filters, saved views and counts."""
