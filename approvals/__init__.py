"""The keel: what may happen, who said so, and the proof of it. Everything above stands on this app."""
