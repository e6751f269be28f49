"""Holds the statistics of a table's columns against pandas, NumPy, and exact fractions.

usage: check.py TABLE.csv FIGURES.json
"""

import json
import math
import sys
from decimal import Decimal, getcontext
from fractions import Fraction

import numpy as np
import pandas as pd

SHARES = [0.05, 0.25, 0.5, 0.75, 0.95]
# Below this every whole number is a decimal number too.
EXACT = 2**53


def converted(texts, kind):
    if kind == "int":
        return pd.Series([int(text) for text in texts], dtype="int64")
    if kind == "float":
        return pd.Series([float(text) for text in texts], dtype="float64")
    if kind == "date":
        return pd.to_datetime(texts, format="%Y-%m-%d").astype("datetime64[s]").astype("int64") // 86_400
    if kind == "moment":
        return pd.to_datetime(texts, format="%Y-%m-%d %H:%M:%S").astype("datetime64[ms]").astype("int64")
    return texts.str.len().astype("int64")


def close(one, other, share):
    return one == other or abs(one - other) <= share * max(abs(one), abs(other))


def root(fraction):
    getcontext().prec = 60
    return float((Decimal(fraction.numerator) / Decimal(fraction.denominator)).sqrt())


def check(texts, column):
    faults = []

    def same(what, found, wanted, equal=lambda a, b: a == b):
        if not equal(found, wanted):
            faults.append(f"{column['name']}: {what} is {found!r}, pandas says {wanted!r}")

    values = texts[texts != ""]
    same("rows", column["rows"], len(texts))
    same("nulls", column["nulls"], int((texts == "").sum()))
    same("unique", column["unique"], values.nunique())
    counts = values.value_counts()
    order = (lambda text: text.encode()) if column["kind"] == "text" else (lambda text: converted(pd.Series([text]), column["kind"])[0])
    if column["kind"] == "flag":
        order = {"N": 0, "Y": 1}.get
    wanted = sorted(counts.items(), key=lambda item: (-item[1], order(item[0])))[:10]
    same("frequent", column["frequent"], [[text, int(count)] for text, count in wanted])
    if column["kind"] == "flag" or len(values) == 0:
        return faults
    series = converted(values, column["kind"]).reset_index(drop=True)
    number = int if series.dtype == "int64" else float
    same("min", number(column["min"]), series.min())
    same("max", number(column["max"]), series.max())
    fractions = [Fraction(number(value)) for value in series]
    mean = sum(fractions) / len(fractions)
    same("mean", column["mean"], float(mean), lambda a, b: close(a, b, 5e-16))
    same("mean", column["mean"], series.mean(), lambda a, b: close(a, b, 1e-9))
    if len(fractions) > 1:
        variance = sum((value - mean) ** 2 for value in fractions) / (len(fractions) - 1)
        same("deviation", column["deviation"], root(variance), lambda a, b: close(a, b, 1e-14))
        if series.abs().max() < EXACT:
            same("deviation", column["deviation"], series.std(), lambda a, b: close(a, b, 1e-9))
    exact = series.abs().max() < EXACT
    for share, found, wanted in zip(SHARES, column["quantiles"], series.quantile(SHARES)):
        same(f"quantile {share}", float(found), float(wanted), (lambda a, b: a == b) if exact else (lambda a, b: close(a, b, 5e-16)))
    bins = column["bins"]
    same("number of bins", 1 <= len(bins) <= 40, True)
    if len(bins) == 1 and bins[0][0] == bins[0][1]:
        same("the only bin", [number(bins[0][0]), bins[0][2]], [series.min(), len(series)])
        same("the largest value", series.max(), series.min())
        return faults
    edges = [number(bin[0]) for bin in bins] + [number(bins[-1][1])]
    same("edges", edges, sorted(set(edges)))
    found = [bin[2] for bin in bins]
    wanted = [sum(1 for value in series if low <= value < high) for low, high in zip(edges, edges[1:])]
    same("bins", found, wanted)
    same("values in bins", sum(found), len(series))
    if exact:
        same("bins", found, [int(count) for count in np.histogram(series, edges)[0]])
    return faults


def main():
    frame = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
    with open(sys.argv[2], encoding="utf-8") as file:
        columns = json.load(file)
    assert [column["name"] for column in columns] == list(frame.columns)
    faults = [fault for column in columns for fault in check(frame[column["name"]], column)]
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


main()
