"""TARGET LISTS WRITTEN: entries become our YAML, grouped and quoted as a person would, and read back as the same.

`target_yaml.py` is the whole text; `yaml_scalars.py` knows what YAML takes for what, `common_settings.py` what all
entries share, `gathered_entries.py` which of them are one, `spelled_settings.py` what each says, `provenance.py` where
they came from. `rule_neighbours.py` makes the entries just outside what rules allow. Nothing here touches a file.
"""
