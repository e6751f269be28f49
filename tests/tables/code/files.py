"""Reads a written file with a library by others and compares types and values with those that were promised.

usage: files.py arrow|xlsx FILE EXPECTED.json
Ends with 1 and says where the first differences are.
"""

import datetime
import json
import struct
import sys

FIRST_DAY = datetime.datetime(1900, 3, 1)


def arrow_faults(path, columns):
    import pyarrow as pa

    with pa.OSFile(path) as file:
        table = pa.ipc.open_file(file).read_all()
    types = {
        "Null": pa.null(), "String": pa.large_string(), "Boolean": pa.bool_(), "Float32": pa.float32(), "Float64": pa.float64(),
        "Date": pa.date32(), "Int8": pa.int8(), "Int16": pa.int16(), "Int32": pa.int32(), "Int64": pa.int64(),
        "UInt8": pa.uint8(), "UInt16": pa.uint16(), "UInt32": pa.uint32(),
    }
    if table.num_columns != len(columns):
        yield f"{table.num_columns} columns instead of {len(columns)}"
    for at, column in enumerate(columns):
        kind, found = column["kind"], table.column(at)
        promised = types.get(kind) or pa.timestamp(column["unit"] or "ms")
        if table.column_names[at] != column["name"]:
            yield f"named {table.column_names[at]!r} instead of {column['name']!r}"
        if not (pa.types.is_dictionary(found.type) if kind == "Enum" else found.type == promised):
            yield f"{column['name']!r} is {found.type} instead of {kind}"
            continue
        if kind == "Date":
            found = found.cast(pa.int32())
        elif kind == "Datetime":
            found = found.cast(pa.int64())
        writes = {"Float64": lambda v: struct.pack(">d", v).hex(), "Float32": lambda v: struct.pack(">f", v).hex(),
                  "Boolean": bool}.get(kind, str)
        values = [None if value is None else writes(value) for value in found.to_pylist()]
        yield from differences(column, values, column["values"])


def differences(column, found, wanted):
    if len(found) != len(wanted):
        yield f"{column['name']!r} has {len(found)} rows instead of {len(wanted)}"
    for row, (one, other) in enumerate(zip(found, wanted)):
        if one != other:
            yield f"{column['name']!r} row {row}: {one!r} instead of {other!r}"


def xlsx_faults(path, columns):
    import openpyxl

    (sheet,) = openpyxl.load_workbook(path).worksheets
    rows = list(sheet.iter_rows(values_only=True))
    if list(rows[0]) != [column["name"] for column in columns]:
        yield f"header {rows[0]}"
    for at, column in enumerate(columns):
        kind, texts = column["kind"], column["texts"]
        found = [row[at] for row in rows[1:]]
        # Rows without any cell at the end are no rows of the sheet.
        found += [None] * (len(texts) - len(found))
        if len(found) != len(texts):
            yield f"{column['name']!r} has {len(found)} rows instead of {len(texts)}"
        long = any(len(text.lstrip("-").split(".")[0]) > 15 for text in texts if text and kind.endswith("Int64"))
        for row, (cell, text, value) in enumerate(zip(found, texts, column["values"])):
            if not fits(kind, cell, text, value, long, column["unit"]):
                yield f"{column['name']!r} ({kind}) row {row}: {cell!r} instead of {text!r}"


def fits(kind, cell, text, value, long, unit):
    from openpyxl.utils.escape import unescape

    if isinstance(cell, str):
        cell = unescape(cell)
    if value is None or kind in ("String", "Enum", "Null") or long:
        return cell == (text or None)
    if kind == "Boolean":
        return cell is value
    if kind in ("Date", "Datetime"):
        step = datetime.timedelta(days=1) if kind == "Date" else datetime.timedelta(milliseconds=1)
        if unit not in (None, "ms"):
            return cell == text
        wanted = datetime.datetime(1970, 1, 1) + int(value) * step
        if wanted < FIRST_DAY:
            return cell == text
        return isinstance(cell, datetime.datetime) and abs(cell - wanted) < datetime.timedelta(milliseconds=1)
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and float(cell) == float(text)


def main():
    form, path, expected = sys.argv[1:]
    with open(expected, encoding="utf-8", newline="") as file:
        columns = json.load(file)
    faults = list((arrow_faults if form == "arrow" else xlsx_faults)(path, columns))
    if faults:
        print("\n".join(faults[:30]))
        sys.exit(1)


main()
