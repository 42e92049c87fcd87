"""What users may write for hosts, ports and single values, and what is said where it is something else. Pure."""
