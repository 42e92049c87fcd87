"""The words that every room shares: how a user's text is shown, how times are written, what is never probed,
and that millions of small objects need no garbage collection."""
