"""The one model client: it asks a question, checks the answer against a form, and says what it took."""
