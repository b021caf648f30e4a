"""Rows of a table as the tests compare them: one JSON object a row, of the columns that have a value, each as text."""

import json
import sys
from datetime import datetime, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def write_rows(rows, out=sys.stdout):
    """`rows`: dictionaries of column name to value."""
    for row in rows:
        found = {name: text(value) for name, value in row.items() if value is not None}
        out.write(json.dumps(found) + "\n")


def text(value):
    """Times as microseconds since the epoch, structs and lists as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        since = (value if value.tzinfo else value.replace(tzinfo=timezone.utc)) - EPOCH
        return str((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(without_nulls(value))
    return repr(value) if isinstance(value, float) else str(value)


def without_nulls(value):
    if isinstance(value, dict):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    if isinstance(value, (list, tuple)):
        return [without_nulls(member) for member in value]
    return value
