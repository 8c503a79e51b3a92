"""Writes under attack: on servers of its own, workers die, sleep and lose all they hold; then everything is counted."""
