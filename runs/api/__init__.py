"""The agents' API: JSON at ``/api/v1``, a bearer token, problems as errors. Nothing here can decide anything."""
