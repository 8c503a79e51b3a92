"""To whom and when: not now, giving to colleagues, cover, and the hours people work."""
