"""The words that every room shares: how a user's text is shown, how times are written, what is never probed."""
