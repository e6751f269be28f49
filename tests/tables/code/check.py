"""Runs code that loads a table and compares the table's types and values with those that were promised.

usage: check.py pandas|polars|duckdb|sql CODE EXPECTED.json
Ends with 1 and says where the first differences are.
"""

import json
import struct
import sys


def plain(value, kind):
    """A value as the expectation writes it: text, a truth value, or nothing."""
    if value is None or value != value:
        return None
    if kind.startswith(("Int", "UInt")):
        assert not isinstance(value, (bool, float)), value
        return str(value)
    if kind == "Float64":
        return struct.pack(">d", value).hex()
    if kind == "Float32":
        return struct.pack(">f", value).hex()
    if kind == "Boolean":
        return bool(value)
    return str(value)


def with_pandas(code, columns):
    import pandas as pd

    space = {}
    exec(code, space)
    table = space["table"]
    for at, column in enumerate(columns):
        series, kind = table.iloc[:, at], column["kind"]
        found = str(series.dtype)
        promised = {
            "Null": ["string", "str"], "String": ["string", "str"], "Enum": ["category"], "Boolean": ["bool", "boolean"],
            "Float32": ["float32"], "Float64": ["float64"], "Date": ["datetime64[s]"],
            "Datetime": [f"datetime64[{column['unit']}]"],
        }.get(kind, [kind.lower(), kind])
        if kind == "Date":
            values = [None if v is pd.NaT else v // 86400 for v in moments(series)]
        elif kind == "Datetime":
            values = [None if v is pd.NaT else v for v in moments(series)]
        else:
            values = [None if pd.isna(v) else v for v in series.tolist()]
        yield table.columns[at], found, found in promised, values


def moments(series):
    import pandas as pd

    numbers = series.astype("int64").tolist()
    return [pd.NaT if missing else number for number, missing in zip(numbers, series.isna())]


def with_polars(code, columns):
    import polars as pl

    space = {}
    exec(code, space)
    table = space["table"]
    for at, column in enumerate(columns):
        series, kind = table.to_series(at), column["kind"]
        found = str(series.dtype)
        if kind == "Enum":
            promised = isinstance(series.dtype, (pl.Enum, pl.Categorical))
        elif kind == "Datetime":
            promised = series.dtype == pl.Datetime(column["unit"])
        else:
            promised = found == kind
        if kind in ("Date", "Datetime"):
            series = series.to_physical()
        yield series.name, found, promised, series.to_list()


def with_duckdb(code, columns, standard=False):
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(code)
    (name,) = connection.execute("SELECT table_name FROM duckdb_tables()").fetchone()
    name = '"' + name.replace('"', '""') + '"'
    described = connection.execute(f"DESCRIBE {name}").fetchall()
    casts = []
    for column, (own, *_) in zip(columns, described):
        place = '"' + own.replace('"', '""') + '"'
        casts.append({
            "Date": f"datediff('day', DATE '1970-01-01', {place})",
            "Datetime": {"ms": f"epoch_ms({place})", "us": f"epoch_us({place})", "ns": f"epoch_ns({place})"}.get(column.get("unit")),
        }.get(column["kind"], place))
        if standard and column.get("unit") == "ns":
            casts[-1] = f"epoch_ns(CAST({place} AS TIMESTAMP_NS))"
    rows = connection.execute(f"SELECT {', '.join(casts)} FROM {name}").fetchall()
    types = {
        "Null": "VARCHAR", "String": "VARCHAR", "Boolean": "BOOLEAN", "Float32": "FLOAT", "Float64": "DOUBLE", "Date": "DATE",
        "Int8": "TINYINT", "Int16": "SMALLINT", "Int32": "INTEGER", "Int64": "BIGINT",
        "UInt8": "UTINYINT", "UInt16": "USMALLINT", "UInt32": "UINTEGER",
    }
    units = {"ms": "TIMESTAMP_MS", "us": "TIMESTAMP", "ns": "TIMESTAMP_NS"}
    if standard:
        types |= {"Int8": "SMALLINT", "UInt8": "SMALLINT", "UInt16": "INTEGER", "UInt32": "BIGINT", "Enum": "VARCHAR"}
        units = {"ms": "TIMESTAMP", "us": "TIMESTAMP", "ns": "VARCHAR"}
    for at, (column, (own, found, *_)) in enumerate(zip(columns, described)):
        kind = column["kind"]
        promised = units[column["unit"]] if kind == "Datetime" else types.get(kind)
        fits = found == promised if promised else found.startswith("ENUM") or found == "VARCHAR"
        yield own, found, fits, [row[at] for row in rows]


def main():
    language, code, expected = sys.argv[1:]
    with open(code, encoding="utf-8", newline="") as file:
        code = file.read()
    with open(expected, encoding="utf-8", newline="") as file:
        columns = json.load(file)
    loads = {"pandas": with_pandas, "polars": with_polars, "duckdb": with_duckdb,
             "sql": lambda code, columns: with_duckdb(code, columns, standard=True)}
    faults = []
    count = 0
    for column, (name, kind, promised, values) in zip(columns, loads[language](code, columns), strict=True):
        count += 1
        if name != column["name"] and language in ("pandas", "polars"):
            faults.append(f"named {name!r} instead of {column['name']!r}")
        if not promised:
            faults.append(f"{column['name']!r} is {kind} instead of {column['kind']}")
        found = [plain(value, column["kind"]) for value in values]
        wanted = column["values"]
        # What cannot be told apart by design: see the note in the code.
        if language in ("pandas", "sql") and None in wanted and column["kind"] in ("String", "Enum"):
            wanted = [value or None for value in wanted]
        # In SQL's own reader a missing and an empty text are told apart by PostgreSQL, not by DuckDB.
        if language == "sql":
            found = [value or None for value in found] if column["kind"] in ("String", "Enum") else found
            wanted = [value or None for value in wanted] if column["kind"] in ("String", "Enum") else wanted
        if len(found) != len(wanted):
            faults.append(f"{column['name']!r} has {len(found)} rows instead of {len(wanted)}")
        places = [row for row, pair in enumerate(zip(found, wanted)) if pair[0] != pair[1]]
        for row in places[:3]:
            faults.append(f"{column['name']!r} row {row}: {found[row]!r} instead of {wanted[row]!r}")
    if faults or count != len(columns):
        print("\n".join(faults[:30] or ["columns are missing"]))
        sys.exit(1)


main()
