"""A team's own PostgreSQL: one row of one table, columns on a list, a before-image and an exact way back."""
