"""The page of an incident: what it touches, what stops it, what happened when, and what those affected are told."""
