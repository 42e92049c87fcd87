"""What users may write for hosts, ports and single values, and what to say when they write something else. Pure."""
