#!/usr/bin/env python3
"""Makes the workbooks and the Shift-JIS text of this folder. Needs XlsxWriter and openpyxl.

usage: python3 make.py
"""
import datetime, io, os, re, zipfile
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


def shift_jis():
    rows = ["品番,名称,単価"] + [f"{n:04d},{name},{n * 50}" for n, name in enumerate(["鉄筋", "セメント", "砂利", "塗装工事"] * 30, 1)]
    with open(os.path.join(here, "shift-jis.csv"), "wb") as out:
        out.write("\r\n".join(rows).encode("shift_jis") + b"\r\n")


if __name__ == "__main__":
    typed(), sheets(), date_1904(), bounds(), merged(), shift_jis()
