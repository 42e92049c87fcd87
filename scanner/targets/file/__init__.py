"""Target files and lists as people write them: texts, lines, YAML, entries, and all their mistakes at once."""
