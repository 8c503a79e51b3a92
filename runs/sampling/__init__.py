"""The pages of the week's sample, its runs, and the hour at which it is drawn."""
