#!/usr/bin/env python3
"""Makes the sample table, as a workbook and as CSV: works bills as an office keeps them, all of it invented.

usage: make.py FOLDER      (needs XlsxWriter)
Its columns have what trips programs that shrink tables: codes with leading zeros, ids past 2**53, exact prices, whole numbers with gaps,
day/month/year dates that are ambiguous on some rows only, Y/N flags, Hindi text, a unique text, an empty and a constant column.
Two runs give the same bytes.
"""
import csv
import datetime
import pathlib
import random
import sys

import xlsxwriter

ROWS = 1800
HEAD = [
    "bill_no", "ledger_id", "division", "item_code", "item", "unit", "quantity", "rate", "amount", "bill_date", "paid_on",
    "is_final", "measured_by", "pct_complete", "remarks", "legacy_ref", "currency", "created_at", "note_uid",
]
DIVISIONS = ["Udaipur", "Jaipur", "Kota", "Ajmer", "Bikaner", "Jodhpur", "Alwar", "Sikar"]
ITEMS = [
    "Earthwork in excavation", "PCC 1:4:8", "RCC M25", "Brick masonry", "Steel Fe500", "Plaster 12 mm", "Painting, two coats",
    'Road "GSB" layer',
]
UNITS = ["cum", "sqm", "kg", "no", "rmt"]
REMARKS = ["", "", "", "checked", "hold", "तकनीकी स्वीकृति", "भुगतान लंबित"]


def rows():
    """Each cell as the text that the CSV holds."""
    r = random.Random(2026)
    for i in range(ROWS):
        quantity, rate = round(r.expovariate(1 / 120), 3), round(r.uniform(12, 9800), 2)
        billed = datetime.date(2024, 1, 1) + datetime.timedelta(days=r.randrange(900))
        paid = billed + datetime.timedelta(days=r.randrange(5, 90))
        created = datetime.datetime.combine(billed, datetime.time(r.randrange(24), r.randrange(60), r.randrange(60)))
        yield [
            str(i + 1), str(9007199254740993 + 7 * i), r.choice(DIVISIONS), f"{r.randrange(1, 400):05d}", r.choice(ITEMS), r.choice(UNITS),
            f"{quantity:.3f}", f"{rate:.2f}", f"{quantity * rate:.2f}", billed.isoformat(),
            paid.strftime("%d/%m/%Y") if r.random() > 0.1 else "", r.choice("YN"), str(r.randrange(100, 400)) if r.random() > 0.15 else "",
            str(r.randrange(0, 101)), r.choice(REMARKS), "", "INR", created.isoformat(sep=" "), f"{r.getrandbits(48):012x}",
        ]


def write_csv(path, table):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\r\n").writerows([HEAD, *table])


def write_workbook(path, table):
    """Numbers as numbers, ISO dates as date cells; codes, 16-digit ids and typed dates as text, as offices have them."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"title": "Works bills (sample)", "created": datetime.datetime(2026, 1, 1)})
    sheet = book.add_worksheet("Bills")
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    second, money = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}), book.add_format({"num_format": "#,##0.00"})
    sheet.write_row(0, 0, HEAD, bold)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(HEAD) - 1, 14)
    for y, row in enumerate(table, 1):
        for x, (name, cell) in enumerate(zip(HEAD, row)):
            if cell == "":
                continue
            elif name in ("bill_no", "quantity", "measured_by", "pct_complete"):
                sheet.write_number(y, x, float(cell))
            elif name in ("rate", "amount"):
                sheet.write_number(y, x, float(cell), money)
            elif name in ("bill_date", "created_at"):
                sheet.write_datetime(y, x, datetime.datetime.fromisoformat(cell), day if name == "bill_date" else second)
            else:
                sheet.write_string(y, x, cell)
    totals = book.add_worksheet("Divisions")
    totals.write_row(0, 0, ["division", "bills", "amount"], bold)
    for y, division in enumerate(DIVISIONS, 1):
        amounts = [float(row[8]) for row in table if row[2] == division]
        totals.write_row(y, 0, [division, len(amounts), round(sum(amounts), 2)])
    book.close()


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    bills = list(rows())
    write_csv(folder / "bills-sample.csv", bills)
    write_workbook(folder / "bills-sample.xlsx", bills)
