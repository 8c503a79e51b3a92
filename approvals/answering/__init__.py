"""Answering one item in the browser: the review page, forms for any tool's arguments, and what is said on refusal."""
