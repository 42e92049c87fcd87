"""The JSON Schema of a target file, as text: for editors, and for whoever checks a list before a scan reads it."""


def schema_text() -> str:
    """The schema, indented, in ASCII, without a line end behind it. It is the same each time."""
    import json

    from scanner.targets.file.target_schema import target_schema

    return json.dumps(target_schema(), indent=2)
