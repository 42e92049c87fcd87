"""What a shard warns of that is no longer so once all shards are together: who warns, and who joins them, have one
word for it."""

#: Of entries that need some of their targets, in the middle of a sentence.
ONLY_TOGETHER = "which no shard can judge alone"
