"""Tables by delta-rs, which knows nothing of us (https://delta-io.github.io/delta-rs/):

delta_rs.py rows TABLE [VERSION]        every row
delta_rs.py append TABLE < rows.ndjson  appends the rows, in the table's own types
delta_rs.py check TABLE                 prints what is wrong with files and statistics: nothing when all is well
"""

import json
import os
import sys
from urllib.parse import unquote

import pyarrow
import pyarrow.parquet
from deltalake import DeltaTable, write_deltalake

from rows import write_rows


def rows(path, version=None):
    table = DeltaTable(path, version=None if version is None else int(version))
    write_rows(table.to_pyarrow_table().to_pylist())


def append(path):
    given = [json.loads(line) for line in sys.stdin]
    schema = DeltaTable(path).to_pyarrow_table().schema
    names = [name for name in schema.names if any(name in row for row in given)]
    columns = [
        pyarrow.array([row.get(name) for row in given]).cast(schema.field(name).type) for name in names
    ]
    write_deltalake(path, pyarrow.table(columns, names=names), mode="append", schema_mode="merge")


def check(path):
    for add in pyarrow.table(DeltaTable(path).get_add_actions(flatten=True)).to_pylist():
        file = os.path.join(path, unquote(add["path"]))
        size, count = os.path.getsize(file), pyarrow.parquet.read_metadata(file).num_rows
        if size != add["size_bytes"] or count != add["num_records"]:
            print(f"{add['path']}: {size} bytes, {count} rows; the log has {add}")


if __name__ == "__main__":
    {"rows": rows, "append": append, "check": check}[sys.argv[1]](*sys.argv[2:])
    # Without the clean-up at the end of a process, in which the threads of two native libraries now and then abort it.
    sys.stdout.flush()
    os._exit(0)
