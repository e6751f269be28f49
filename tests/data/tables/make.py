#!/usr/bin/env python3
"""Makes the workbooks, the Shift-JIS text and the Parquet files of this folder. Needs XlsxWriter, openpyxl,
pyarrow and LibreOffice (soffice).

usage: python3 make.py
"""
import datetime, io, os, re, struct, subprocess, tempfile, zipfile
import xlsxwriter

here = os.path.dirname(os.path.abspath(__file__))
# A fixed date of making keeps the files the same from run to run.
made = datetime.datetime(2026, 1, 1)


def book(name, **options):
    made_book = xlsxwriter.Workbook(os.path.join(here, name), options)
    made_book.set_properties({"created": made})
    return made_book


def typed():
    """Every type of cell, in a column of its own, and a column of two kinds."""
    wb = book("typed.xlsx")
    ws = wb.add_worksheet("Bills")
    day, moment = wb.add_format({"num_format": "yyyy-mm-dd"}), wb.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    clock, fine = wb.add_format({"num_format": "hh:mm:ss"}), wb.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
    ws.write_row(0, 0, ["count", "price", "code", "day", "moment", "clock", "yes", "mixed", "large", "name", "fine", "blank", "error"])
    names = ["तकनीकी स्वीकृति", "東京都渋谷区", "Zürich", "naïve", "plain"]
    for i in range(5):
        ws.write_number(i + 1, 0, i * 100)
        ws.write_number(i + 1, 1, 0.1 + i)
        ws.write_string(i + 1, 2, f"{i + 7:05d}")
        ws.write_datetime(i + 1, 3, datetime.date(2024, 2, 27) + datetime.timedelta(days=i), day)
        ws.write_datetime(i + 1, 4, datetime.datetime(2024, 2, 29, 12, 30, 15) + datetime.timedelta(hours=i * 12), moment)
        ws.write_datetime(i + 1, 5, datetime.time(9, 5 + i, 0), clock)
        ws.write_boolean(i + 1, 6, i % 2 == 0)
        (ws.write_string if i == 3 else ws.write_number)(i + 1, 7, "n/k" if i == 3 else i)
        ws.write_number(i + 1, 8, [1e15, 9007199254740991, 1e16, 1e300, 1.5e-7][i])
        ws.write_string(i + 1, 9, names[i])
        ws.write_datetime(i + 1, 10, datetime.datetime(2024, 1, 1, 0, 0, i, 250000 * (i % 4)), fine)
    ws.write_formula(2, 12, "=1/0", None, "#DIV/0!")
    ws.write_formula(3, 12, "=NA()", None, "#N/A")
    wb.close()


def numbers_as_text():
    """Numbers and dates that are text, all or some of them, and a word among numbers."""
    wb = book("numbers-as-text.xlsx")
    ws = wb.add_worksheet("Bills")
    ws.write_row(0, 0, ["all", "some", "days", "plain", "codes", "words"])
    for i in range(12):
        ws.write_string(i + 1, 0, str(i * 100))
        (ws.write_string if i == 3 else ws.write_number)(i + 1, 1, str(i) if i == 3 else i)
        ws.write_string(i + 1, 2, f"2024-02-{i + 10}")
        ws.write_number(i + 1, 3, i)
        ws.write_string(i + 1, 4, f"{i:05d}")
        (ws.write_string if i == 6 else ws.write_number)(i + 1, 5, "n/k" if i == 6 else i * 1000)
    wb.close()


def sheets():
    """A blank sheet, a hidden one, a chart sheet, and a table that starts at C4 with blank rows in it."""
    wb = book("sheets.xlsx")
    wb.add_worksheet("Blank")
    data = wb.add_worksheet("Data")
    data.write_row(3, 2, ["id", "text"])
    for row, (number, text) in {4: (1, "one"), 6: (2, None), 9: (3, "three")}.items():
        data.write_number(row, 2, number)
        if text:
            data.write_string(row, 3, text)
    hidden = wb.add_worksheet("Hidden")
    hidden.hide()
    hidden.write_column(0, 0, ["secret", 42])
    chart = wb.add_chart({"type": "line"})
    chart.add_series({"values": "=Data!$C$5:$C$10"})
    wb.add_chartsheet("Chart").set_chart(chart)
    wb.close()


def date_1904():
    wb = book("date-1904.xlsx", date_1904=True)
    ws = wb.add_worksheet()
    day = wb.add_format({"num_format": "yyyy-mm-dd"})
    ws.write_string(0, 0, "day")
    for i, date in enumerate([datetime.date(1904, 1, 2), datetime.date(2021, 1, 1), datetime.date(2024, 2, 29)]):
        ws.write_datetime(i + 1, 0, date, day)
    wb.close()


def rewrite(source, target, part, change):
    """The same workbook with one part changed."""
    with zipfile.ZipFile(os.path.join(here, source)) as old, zipfile.ZipFile(os.path.join(here, target), "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), change(text.decode()).encode() if name == part else text, zipfile.ZIP_DEFLATED)


def bounds():
    """Workbooks whose declared bounds are missing or too small."""
    sheet = "xl/worksheets/sheet1.xml"
    rewrite("typed.xlsx", "no-dimension.xlsx", sheet, lambda xml: re.sub(r"<dimension[^>]*/>", "", xml))
    rewrite("typed.xlsx", "narrow-dimension.xlsx", sheet, lambda xml: xml.replace("</sheetData>", '<row r="8"><c r="P8"><v>7</v></c></row></sheetData>'))


def merged():
    wb = book("merged.xlsx")
    ws = wb.add_worksheet()
    ws.write_row(0, 0, ["region", "town", "people"])
    ws.merge_range(1, 0, 2, 0, "North")
    ws.merge_range(3, 0, 4, 0, "South")
    for i, (town, people) in enumerate([("A", 10), ("B", 20), ("C", 30), ("D", 40)]):
        ws.write_string(i + 1, 1, town)
        ws.write_number(i + 1, 2, people)
    wb.close()


def converted():
    """The same tables as LibreOffice writes them for Excel 97–2003 and as OpenDocument spreadsheets."""
    with tempfile.TemporaryDirectory() as home:
        for name, kinds in {"typed": ["xls", "ods"], "merged": ["xls", "ods"], "sheets": ["xls", "ods"]}.items():
            for kind in kinds:
                command = ["soffice", f"-env:UserInstallation=file://{home}", "--headless", "--convert-to", kind, "--outdir", here]
                subprocess.run([*command, os.path.join(here, name + ".xlsx")], check=True)


def binary():
    """A binary workbook, record by record (MS-XLSB): dates from 1900, numbers of every spelling, texts of every kind, and errors,
    typed in and as the values of formulas."""

    def record(kind, body=b""):
        head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
        size, length = len(body), b""
        while True:
            length += bytes([size & 127 | (128 if size > 127 else 0)])
            size >>= 7
            if not size:
                return head + length + body

    def text(value):
        return struct.pack("<I", len(value.encode("utf-16-le")) // 2) + value.encode("utf-16-le")

    def cell(kind, column, body, style=0):
        return record(kind, struct.pack("<II", column, style) + body)

    formula = struct.pack("<HIB", 0, 1, 0x1D) + b"\0" + struct.pack("<I", 0)  # flags, and some expression
    shared = ["number", "date", "text", "error", "naïve", "東京"]
    rows = {
        0: [cell(7, column, struct.pack("<I", column)) for column in range(4)],
        1: [cell(2, 0, struct.pack("<I", 7 << 2 | 2)), cell(5, 1, struct.pack("<d", 45351), 1), cell(7, 2, struct.pack("<I", 4)), cell(3, 3, b"\x2a")],
        2: [cell(2, 0, struct.pack("<I", 150 << 2 | 3)), cell(2, 1, struct.pack("<I", 45352 << 2 | 2), 1), cell(6, 2, text("plain")), cell(0x0B, 3, b"\x07" + formula)],
        3: [cell(5, 0, struct.pack("<d", 0.1)), cell(5, 1, struct.pack("<d", 45352.5), 1), cell(0x3E, 2, b"\0" + text("rich")), cell(0x0B, 3, b"\x2a" + formula)],
        5: [cell(9, 0, struct.pack("<d", 1e300) + formula), cell(1, 1, b""), cell(8, 2, text("made") + formula), cell(0x0A, 3, b"\x01" + formula)],
    }
    sheet = record(0x81) + record(0x94, struct.pack("<IIII", 0, 5, 0, 3)) + record(0x91)
    for row, cells in rows.items():
        sheet += record(0, struct.pack("<IIHHB", row, 0, 300, 0, 0) + struct.pack("<I", 0)) + b"".join(cells)
    sheet += record(0x92) + record(0x82)
    strings = record(0x9F, struct.pack("<II", len(shared), len(shared))) + b"".join(record(0x13, b"\0" + text(value)) for value in shared) + record(0xA0)
    formats = record(0x0267, struct.pack("<I", 1)) + record(0x2C, struct.pack("<H", 164) + text("yyyy-mm-dd")) + record(0x0268)
    xf = lambda number: record(0x2F, struct.pack("<HHHHHBBHH", 0, number, 0, 0, 0, 0, 0, 0, 0))
    styles = record(0x0116) + formats + record(0x0269, struct.pack("<I", 2)) + xf(0) + xf(164) + record(0x026A) + record(0x0117)
    book = record(0x83) + record(0x99, struct.pack("<II", 0, 0)) + record(0x8F) + record(0x9C, struct.pack("<II", 0, 1) + text("rId1") + text("Bills")) + record(0x90) + record(0x9D) + record(0x84)
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kinds = {"xl/workbook.bin": "application/vnd.ms-excel.sheet.binary.macroEnabled.main", "xl/worksheets/sheet1.bin": "application/vnd.ms-excel.worksheet",
             "xl/sharedStrings.bin": "application/vnd.ms-excel.sharedStrings", "xl/styles.bin": "application/vnd.ms-excel.styles"}
    types = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    relation = lambda number, kind, target: f'<Relationship Id="rId{number}" Type="{office}/{kind}" Target="{target}"/>'
    relations = lambda *some: f'{head}<Relationships xmlns="{package}">{"".join(some)}</Relationships>'
    parts = {
        "[Content_Types].xml": head + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' + types + "</Types>",
        "_rels/.rels": relations(relation(1, "officeDocument", "xl/workbook.bin")),
        "xl/_rels/workbook.bin.rels": relations(relation(1, "worksheet", "worksheets/sheet1.bin"), relation(2, "styles", "styles.bin"), relation(3, "sharedStrings", "sharedStrings.bin")),
        "xl/workbook.bin": book, "xl/worksheets/sheet1.bin": sheet, "xl/sharedStrings.bin": strings, "xl/styles.bin": styles,
    }
    with zipfile.ZipFile(os.path.join(here, "typed.xlsb"), "w", zipfile.ZIP_DEFLATED) as out:
        for name, part in parts.items():
            out.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)


def parquet():
    """Every type of column that becomes cells, in two row groups; and one that does not."""
    import pyarrow as pa, pyarrow.parquet as pq
    utc = datetime.timezone.utc
    moment = lambda *some: datetime.datetime(*some)
    columns = {
        "i8": pa.array([1, -128, None], pa.int8()), "i64": pa.array([2**53 + 1, -(2**63), 2**63 - 1]), "u64": pa.array([0, 2**64 - 1, None], pa.uint64()),
        "f32": pa.array([0.1, 16777216, None], pa.float32()), "f64": pa.array([0.1, 1e300, -0.0]), "odd": pa.array([float("nan"), float("inf"), 1.5]),
        "yes": pa.array([True, None, False]), "text": pa.array(["00007", "", None]), "word": pa.array(["a", "b", "a"]).dictionary_encode(),
        "day": pa.array([datetime.date(2024, 2, 29), datetime.date(1, 1, 1), None]), "ms": pa.array([moment(2024, 2, 29, 12, 30, 15, 250000), moment(2024, 2, 29), None], pa.timestamp("ms")),
        "us": pa.array([moment(2024, 2, 29, 12, 30, 15, 1), moment(1969, 12, 31, 23, 59, 59), None], pa.timestamp("us")),
        "utc": pa.array([datetime.datetime(2024, 2, 29, 12, 30, 15, tzinfo=utc)] * 3, pa.timestamp("us", "UTC")),
        "clock": pa.array([datetime.time(9, 5), datetime.time(23, 59, 59, 500000), None]), "none": pa.nulls(3),
    }
    table = pa.table(columns)
    pq.write_table(table, os.path.join(here, "typed.parquet"), row_group_size=2, compression="zstd")
    pq.write_table(pa.table({"id": [1, 2], "tags": [["a"], []]}), os.path.join(here, "lists.parquet"))


def shift_jis():
    rows = ["品番,名称,単価"] + [f"{n:04d},{name},{n * 50}" for n, name in enumerate(["鉄筋", "セメント", "砂利", "塗装工事"] * 30, 1)]
    with open(os.path.join(here, "shift-jis.csv"), "wb") as out:
        out.write("\r\n".join(rows).encode("shift_jis") + b"\r\n")


if __name__ == "__main__":
    typed(), numbers_as_text(), sheets(), date_1904(), bounds(), merged(), converted(), binary(), parquet(), shift_jis()
