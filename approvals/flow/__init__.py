"""Answering one item after another: the desk, the items laid ahead, and the page's heartbeat."""
