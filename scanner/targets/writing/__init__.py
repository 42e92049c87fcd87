"""TARGET LISTS WRITTEN: entries become our YAML, grouped and quoted as a person would, and read back as the same.

`target_yaml.py` is the whole text; `yaml_scalars.py` knows what YAML takes for what, `common_settings.py` what all
entries share, `gathered_entries.py` which of them are one, `spelled_settings.py` what each says, `provenance.py` where
they came from. `rule_neighbours.py` finds what lies just outside the rules, never across a border of
`address_spaces.py`; `neighbour_places.py` is its arithmetic, `found_neighbours.py` makes entries of it, and
`neighbour_notes.py` says what these do not prove. Nothing here touches a file.
"""
