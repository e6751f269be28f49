#!/usr/bin/env python3
"""Holds `tachograph optimize` against what else a person could use on the same table: pandas with its usual shrinking, and polars.

usage: python3 benches/data.py PATH/TO/tachograph [ROWS | WORKBOOK]
With a workbook (.xlsx): reading it into a frame with fastexcel, which is known as the fastest, and with openpyxl.
Prints for each run: wall seconds, processor seconds and peak memory of the whole process, then the medians against pandas'.
Each round runs all of them once, so that a busy computer is busy for all. Needs pandas and polars, or fastexcel and openpyxl; those that are missing
are left out. On Linux the file is dropped from the system's cache before each run.
"""
import csv, datetime, os, random, statistics, subprocess, sys, tempfile, time

PANDAS = """
import pandas as pd, sys
table = pd.read_csv(sys.argv[1])
for name in table.columns:
    column = table[name]
    if pd.api.types.is_integer_dtype(column): table[name] = pd.to_numeric(column, downcast="integer")
    elif pd.api.types.is_float_dtype(column): table[name] = pd.to_numeric(column, downcast="float")
    elif column.nunique(dropna=False) / max(1, len(column)) < 0.5: table[name] = column.astype("category")
"""
POLARS = """
import polars as pl, sys
pl.read_csv(sys.argv[1], infer_schema_length=10000)
"""
FASTEXCEL = """
import fastexcel, sys
fastexcel.read_excel(sys.argv[1]).load_sheet(0).to_polars()
"""
OPENPYXL = """
import openpyxl, sys
for row in openpyxl.load_workbook(sys.argv[1], read_only=True).worksheets[0].iter_rows(values_only=True): pass
"""


def make_table(path, rows):
    """Works bills: codes with leading zeros, numbers past 2^53, prices, dates, flags, repeated and unique text."""
    r, start = random.Random(7), datetime.date(2019, 1, 1)
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["bill", "ledger", "division", "item_code", "quantity", "rate", "day", "final", "employee", "remark", "currency", "made", "uid"])
        for i in range(rows):
            day = start + datetime.timedelta(days=r.randrange(2400))
            made = datetime.datetime.combine(day, datetime.time(r.randrange(24), r.randrange(60), r.randrange(60)))
            out.writerow([
                i + 1, 9007199254740993 + 7 * i, r.choice(["Udaipur", "Jaipur", "Kota", "Ajmer"]), f"{r.randrange(1, 4000):05d}",
                round(r.expovariate(1 / 120), 3), f"{r.uniform(12, 9800):.2f}", day.isoformat(), r.choice("YN"),
                r.randrange(100, 400) if r.random() > 0.15 else "", r.choice(["", "", "checked", "तकनीकी स्वीकृति"]), "INR",
                made.isoformat(sep=" "), f"{r.getrandbits(48):012x}"])


def forget(path):
    """Has the system read the file from the disk again."""
    if hasattr(os, "posix_fadvise"):
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def run(command, table):
    """Wall seconds, processor seconds and peak megabytes of a process."""
    forget(table)
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        return None
    peak = used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return time.perf_counter() - started, used.ru_utime + used.ru_stime, peak


def main():
    program, what = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "1000000"
    with tempfile.TemporaryDirectory() as folder:
        if os.path.exists(what):
            table, peer = what, "fastexcel (reads only)"
            peers = {peer: FASTEXCEL, "openpyxl (reads only)": OPENPYXL}
        else:
            table, peer = os.path.join(folder, "bills.csv"), "pandas"
            peers = {peer: PANDAS, "polars (reads only)": POLARS}
            make_table(table, int(what))
        print(f"{what}: {os.path.getsize(table) / 1e6:.0f} MB")
        commands = {"tachograph": [program, "optimize", table, "--no-cache", "--quiet"]}
        commands |= {name: [sys.executable, "-c", script, table] for name, script in peers.items()}
        rounds = [{name: run(command, table) for name, command in commands.items()} for _ in range(5)]
    for name in commands:
        figures = [results[name] for results in rounds if results[name]]
        if not figures:
            print(f"{name:22} did not run")
            continue
        wall, used, peak = (statistics.median(column) for column in zip(*figures))
        against = [a[name][0] / a[peer][0] for a in rounds if a[name] and a[peer]]
        ratio = f", {statistics.median(against):.2f} of {peer.split()[0]}'s time" if against else ""
        print(f"{name:22} {wall:6.2f} s, {used:6.2f} s of processor, {peak:6.0f} MB{ratio}")


if __name__ == "__main__":
    main()
