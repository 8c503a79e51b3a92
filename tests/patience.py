"""How long tests wait for what must come. A busy machine is no failure, and only a test that fails waits so long."""

PATIENCE_SECONDS = 240
PATIENCE_MS = PATIENCE_SECONDS * 1000
# "At once" on such a machine: what would wait for ever otherwise did not.
SOON_SECONDS = 60
