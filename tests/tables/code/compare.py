"""Compares two CSV files with pandas and prints what differs as JSON.

usage: compare.py [KEY] OLD NEW      (KEY is a column's name; an empty one compares rows in their order)
"""

import json
import re
import sys
from decimal import Decimal

import pandas as pd

key, old, new = sys.argv[1:]
# Exponents as Python prints them: `1e5678` is a code.
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-][0-9]{2,3})?\Z")


def value(cell):
    """The same for cells of equal value: the normal form of numbers, the text of all else."""
    if not NUMBER.match(cell):
        return cell
    number = Decimal(cell).normalize()
    return "number 0" if number == 0 else f"number {number}"


def read(path):
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    frame["row"] = range(len(frame))
    return frame


a, b = read(old), read(new)
shared = [name for name in a.columns if name in set(b.columns) and name != "row"]
if key:
    a["key"], b["key"] = a[key].map(value), b[key].map(value)
    merged = a[["key", "row"]].merge(b[["key", "row"]], on="key", how="outer", suffixes=("_a", "_b"), indicator=True)
    both = merged[merged["_merge"] == "both"].sort_values("row_a")
    pairs = both[["row_a", "row_b"]].astype(int).to_numpy().tolist()
    only = [sorted(merged.loc[merged["_merge"] == side, f"row_{end}"].astype(int).tolist())
            for side, end in (("left_only", "a"), ("right_only", "b"))]
else:
    rows = min(len(a), len(b))
    pairs = [[row, row] for row in range(rows)]
    only = [list(range(rows, len(a))), list(range(rows, len(b)))]
left = a.iloc[[pair[0] for pair in pairs]][shared].reset_index(drop=True)
right = b.iloc[[pair[1] for pair in pairs]][shared].reset_index(drop=True)


def differing(one, other):
    """Where the cells of two frames differ, by DataFrame.compare."""
    found = one.compare(other, keep_shape=True)
    return pd.DataFrame({name: found[name]["self"].notna() for name in shared})


spelled = differing(left, right)
valued = differing(left.map(value), right.map(value))
first = [[*pairs[at], name, left[name][at], right[name][at]]
         for at in valued.index[valued.any(axis=1)] for name in shared if valued[name][at]]


def statistics(frame, name):
    """Least, most and mean of a column of numbers; nothing of any other."""
    cells = [cell for cell in frame[name] if cell != ""]
    if not cells or not all(NUMBER.match(cell) for cell in cells):
        return None
    numbers = pd.to_numeric(pd.Series(cells))
    return [str(min(cells, key=Decimal)), str(max(cells, key=Decimal)), float(numbers.mean())]


print(json.dumps({
    "rows": [len(a), len(b)],
    "paired": len(pairs),
    "only": only,
    "differing_rows": int(valued.any(axis=1).sum()),
    "respelled_rows": int((spelled.any(axis=1) & ~valued.any(axis=1)).sum()),
    "columns": {name: [int(valued[name].sum()), int((spelled[name] & ~valued[name]).sum())] for name in shared},
    "first": first[:500],
    "statistics": {name: [statistics(a, name), statistics(b, name)] for name in shared},
}))
