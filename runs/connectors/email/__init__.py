"""Letters to people outside, over SMTP: each sent once, none ever called back."""
