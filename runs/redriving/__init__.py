"""Sending many failed writes again, safely: looked at first, the few before the many, and proven afterwards.

The seven gates: the same write key · an approval that still covers the bytes · a target that is still as it was
signed · doubt is looked up first · a preview whose ids are frozen · one, then ten, then the rest, so many a minute, and
a stop when too much fails · and three counters: accepted, executed, seen in the target.
"""
