"""What it costs: `make bench` measures this machine, with databases of its own, and asserts nothing."""
