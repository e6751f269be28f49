#!/usr/bin/env python3
"""Makes the Parquet and Arrow files of this folder that hold a column of every type (every.*), and every.json: the cells of each
column as text, spelled from what pyarrow says of its own values. Needs pyarrow and numpy.

usage: python3 make_typed.py
"""
import datetime, decimal, json, os
import numpy, pyarrow as pa, pyarrow.compute as pc, pyarrow.feather as feather, pyarrow.ipc as ipc, pyarrow.parquet as pq

here = os.path.dirname(os.path.abspath(__file__))
place = lambda name: os.path.join(here, name)
D = lambda text: decimal.Decimal(text)
far = {"s": [-62135596800, 253402300799], "ms": [-62135596800000, 253402300799999], "us": [-62135596800000000, 253402300799999999], "ns": [-(2**63) + 1, 2**63 - 1]}
per = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def moments(unit, zone=None):
    """2024-02-29 12:30:15 and a part of a second, a midnight, the last part before 1970, and both ends."""
    now = 1709209815 * per[unit] + (per[unit] // 4 if unit != "s" else 0)
    return pa.array([now, None, 1709164800 * per[unit], -1, *far[unit]], pa.timestamp(unit, zone))


def table():
    words = pa.array(["north", "south", None, "north", "a direction that is long", "south"])
    texts = ["00007", "", None, "तकनीकी", "a text that fits into no view of twelve bytes", "x,\"y\"\nz"]
    clock = [9 * 3600 + 300, None, 0, 86399, 1, 43200]
    return pa.table({
        "i8": pa.array([1, -128, None, 127, 0, 5], pa.int8()),
        "i16": pa.array([1, -32768, None, 32767, 0, 5], pa.int16()),
        "i32": pa.array([1, -(2**31), None, 2**31 - 1, 0, 5], pa.int32()),
        "i64": pa.array([2**53 + 1, -(2**63), None, 2**63 - 1, 0, 5], pa.int64()),
        "u8": pa.array([1, 255, None, 0, 5, 6], pa.uint8()),
        "u16": pa.array([1, 65535, None, 0, 5, 6], pa.uint16()),
        "u32": pa.array([1, 2**32 - 1, None, 0, 5, 6], pa.uint32()),
        "u64": pa.array([1, 2**64 - 1, None, 0, 5, 6], pa.uint64()),
        "f16": pa.array(numpy.array([0.1, 65504, -0.5, 6e-8, 0, 1], numpy.float16)),
        "f32": pa.array([0.1, 3.4028234663852886e38, None, 1e-45, -0.0, 16777216], pa.float32()),
        "f32_wide": pa.array([1e12, 5.0, None, 16777216000.0, -1e15, 0.0], pa.float32()),
        "f64": pa.array([0.1, 1.7976931348623157e308, None, 5e-324, -0.0, 2.0**53], pa.float64()),
        "odd": pa.array([float("nan"), float("inf"), None, float("-inf"), 1.5, 0], pa.float64()),
        "yes": pa.array([True, False, None, True, True, False]),
        "text": pa.array(texts), "large": pa.array(texts, pa.large_string()), "view": pa.array(texts, pa.string_view()),
        "word": words.cast(pa.dictionary(pa.int8(), pa.string())),
        "large_word": words.cast(pa.dictionary(pa.int32(), pa.large_string())),
        "number_word": pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 0, 1, 0], pa.int16()), pa.array([2**40, -7])),
        "day": pa.array([datetime.date(2024, 2, 29), datetime.date(1, 1, 1), None, datetime.date(9999, 12, 31), datetime.date(1969, 12, 31), datetime.date(1970, 1, 1)]),
        "day64": pa.array([datetime.date(2024, 2, 29), datetime.date(1, 1, 1), None, datetime.date(9999, 12, 31), datetime.date(1969, 12, 31), datetime.date(1970, 1, 1)], pa.date64()),
        "s": moments("s"), "ms": moments("ms"), "us": moments("us"), "ns": moments("ns"),
        "utc": moments("us", "UTC"), "berlin": moments("ms", "Europe/Berlin"), "kolkata": moments("ns", "+05:30"),
        "clock_s": pa.array(clock, pa.time32("s")), "clock_ms": pa.array([c and c * 1000 + 250 for c in clock], pa.time32("ms")),
        "clock_us": pa.array([c and c * 10**6 + 1 for c in clock], pa.time64("us")), "clock_ns": pa.array([c and c * 10**9 + 999999999 for c in clock], pa.time64("ns")),
        **{f"span_{unit}": pa.array([90061 * per[unit] + per[unit] // 2, None, 0, -1, 2**40, -(2**40)], pa.duration(unit)) for unit in per},
        "money": pa.array([D("1488.50"), D("-0.05"), None, D("99999.99"), D("0.00"), D("12.00")], pa.decimal128(7, 2)),
        "small_money": pa.array([D("1488.50"), D("-0.05"), None, D("99999.99"), D("0.00"), D("12.00")], pa.decimal32(7, 2)),
        "large_money": pa.array([D("123456789012345.678"), D("-0.001"), None, D("0.000"), D("1.500"), D("7.000")], pa.decimal64(18, 3)),
        "exact": pa.array([D("1234567890123456789012345678.0123456789"), D("-9999999999999999999999999999.9999999999"), None, D("0E-10"), D("1E-10"), D("1.0000000000")], pa.decimal128(38, 10)),
        "whole": pa.array([D(12345), D(-99999), None, D(0), D(1), D(2)], pa.decimal128(5, 0)),
        "very_exact": pa.array([D("9" * 56 + "." + "9" * 20), D("-" + "9" * 56 + "." + "9" * 20), None, D("0E-20"), D("1E-20"), D("1." + "0" * 20)], pa.decimal256(76, 20)),
        "none": pa.nulls(6), "no_number": pa.nulls(6, pa.int32()),
    })


def number(value):
    text = repr(value)
    words = {"nan": "NaN"}
    return words.get(text, text[:-2] if text.endswith(".0") else text)


def span(value, unit):
    """With three, six or nine digits of a fraction."""
    whole, part = divmod(abs(value), per[unit])
    text = f"{'-' if value < 0 else ''}{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    nanos = f"{part * (10**9 // per[unit]):09}"
    return text + (f".{nanos[:3]}" if nanos[3:] == "000000" else f".{nanos[:6]}" if nanos[6:] == "000" else f".{nanos}") if part else text


def shorter(text, zoned):
    """Without what is zero: the fraction, then the time of day. No mark for UTC stands after a mere day."""
    day, clock = text.split(" ")
    whole, _, part = clock.partition(".")
    if int(part or 0) != 0:
        return f"{day} {clock}{'Z' if zoned else ''}"
    return day if whole == "00:00:00" else f"{day} {whole}{'Z' if zoned else ''}"


def spelled(column):
    kind = column.type
    if pa.types.is_dictionary(kind):
        return spelled(column.cast(kind.value_type))
    if pa.types.is_date64(kind):
        column, kind = column.cast(pa.date32()), pa.date32()
    if pa.types.is_timestamp(kind):
        return [None if text is None else shorter(text, kind.tz is not None) for text in column.cast(pa.int64()).cast(pa.timestamp(kind.unit)).cast(pa.string()).to_pylist()]
    if pa.types.is_time(kind) or pa.types.is_duration(kind):
        counts = column.cast(pa.int32() if pa.types.is_time32(kind) else pa.int64()).to_pylist()
        return [None if count is None else span(count, kind.unit) for count in counts]
    cells = column.to_pylist()
    if pa.types.is_float16(kind) or pa.types.is_float32(kind):
        # The shortest digits that tell the four bytes.
        return [None if cell is None else number(float(str(numpy.float32(cell)))) for cell in cells]
    if pa.types.is_float64(kind):
        return [None if cell is None else number(cell) for cell in cells]
    if pa.types.is_decimal(kind):
        return [None if cell is None else f"{cell:f}" for cell in cells]
    if pa.types.is_boolean(kind):
        return [None if cell is None else str(cell).lower() for cell in cells]
    return [None if cell is None else cell if isinstance(cell, str) else str(cell) for cell in cells]


def arrow(name, rows, form=ipc.new_file, packing=None):
    with pa.OSFile(place(name), "wb") as out, form(out, rows.schema, options=ipc.IpcWriteOptions(compression=packing)) as writer:
        writer.write_table(rows, max_chunksize=4)


def streams():
    """Dictionaries that are replaced in the middle, and ones that grow."""
    kind = pa.dictionary(pa.int8(), pa.string())
    batches = [pa.record_batch({"word": pa.array(words).cast(kind)}) for words in [["a", "b"], ["c", "b", None], ["d"]]]
    with pa.OSFile(place("replaced.arrows"), "wb") as out, ipc.new_stream(out, batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    growing = [pa.record_batch({"word": pa.DictionaryArray.from_arrays(pa.array([0], pa.int8()), pa.array(words))}) for words in [["a"], ["a", "b"]]]
    with pa.OSFile(place("growing.arrows"), "wb") as out, ipc.new_stream(out, growing[0].schema, options=ipc.IpcWriteOptions(emit_dictionary_deltas=True)) as writer:
        for batch in growing:
            writer.write_batch(batch)


def refused():
    """A table for each type that is no cell."""
    lists = {"tags": pa.array([["a"], []])}
    records = {"point": pa.array([{"x": 1}, {"x": 2}])}
    data = {"photo": pa.array([b"\x00", b"\xff"])}
    fixed = {"key": pa.array([b"ab", b"cd"], pa.binary(2))}
    for name, column in {"lists": lists, "records": records, "bytes": data, "fixed": fixed}.items():
        rows = pa.table({"id": [1, 2], **column})
        arrow(f"no-cells-{name}.arrow", rows)
        pq.write_table(rows, place(f"no-cells-{name}.parquet"))
    arrow("no-cells-runs.arrow", pa.table({"run": pc.run_end_encode(pa.array([1, 1, 2]))}))
    twice = pa.table([pa.array([1]), pa.array([2])], names=["same", "same"])
    arrow("twice.arrow", twice)
    pq.write_table(twice, place("twice.parquet"))


if __name__ == "__main__":
    every = table()
    with open(place("every.json"), "w") as out:
        json.dump({name: spelled(every[name]) for name in every.column_names}, out, ensure_ascii=False, indent=0)
        out.write("\n")
    arrow("every.arrow", every)
    arrow("every-zstd.arrow", every, packing="zstd")
    arrow("every.arrows", every, form=ipc.new_stream)
    arrow("every-lz4.arrows", every, form=ipc.new_stream, packing="lz4")
    feather.write_feather(every, place("every.feather"), compression="lz4", chunksize=3)
    pq.write_table(every, place("every.parquet"), row_group_size=4, compression="zstd")
    pq.write_table(every.drop_columns(["f16"]), place("every-plain.parquet"), compression="lz4", use_dictionary=False, store_schema=False, store_decimal_as_integer=True, data_page_version="2.0")
    arrow("rows-none.arrow", every.slice(0, 0))
    arrow("rows-none.arrows", every.slice(0, 0), form=ipc.new_stream)
    pq.write_table(every.slice(0, 0), place("rows-none.parquet"))
    pq.write_table(pa.table({"old": moments("ns").slice(0, 4)}), place("int96.parquet"), use_deprecated_int96_timestamps=True)
    pq.write_table(pa.table({"old": moments("us").slice(0, 5)}), place("int96-far.parquet"), use_deprecated_int96_timestamps=True, store_schema=False)
    streams(), refused()
