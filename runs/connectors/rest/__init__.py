"""Whatever answers HTTP with JSON: writes as templates that an administrator declares."""
