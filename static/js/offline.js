// No network: said plainly, and nothing is lost.
