"""The one way out: every HTTP request of the product leaves through `runs.http.client.send`, from a worker."""
