"""Whether people look: drills, exposure, pace, and figures that are shown to oneself first."""
