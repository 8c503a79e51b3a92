"""Our own agents: fixed sequences of steps in code, some of which ask a model. They propose through the one door."""
