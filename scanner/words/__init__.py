"""The words that every room shares: how a user's text is shown, how a moment is written, what is never probed."""
