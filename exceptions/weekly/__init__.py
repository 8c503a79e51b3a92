"""The week of exceptions: what failed, whose it was, how long it took, what lay behind it, what is done next."""
