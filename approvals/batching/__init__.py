"""What is alike, answered together: cohorts, batches, their outliers, and one way back."""
