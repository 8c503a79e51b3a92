"""Freedom that is earned: what people found about a lane, what that proves, and where it therefore stands."""
