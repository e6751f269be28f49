#!/usr/bin/env bash
# Shrinks a table in bounded memory, holds time and peak memory against a tenth of it, has another program compare what was written with
# the table, and stops the work midway to see that nothing is left behind.
# usage: packaging/trials/bounded_memory.sh TABLE.csv [MEMORY_MB] [PROGRAM]        (400 MB)
# TABLE may be larger than memory. PYTHON: an interpreter with polars, which compares; without it that part is left out, and said so.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
table=$(realpath "${1:?usage: bounded_memory.sh TABLE.csv [MEMORY_MB] [PROGRAM]}") limit=${2:-400}
# shellcheck source=common.sh
. "$here/common.sh"
tachograph=$(program "${3:-}")
python=${PYTHON:-$HOME/.cache/tachograph-python/bin/python}
# What the program itself may take beyond the limit, in MB.
beyond=100
failed=0
fail() { echo "$*" >&2; failed=1; }

lines=$(wc -l <"$table")
head -n $((lines / 10 + 1)) "$table" >"$work/tenth.csv"
for ((i = 0; i < 3; i++)); do
    measure tenth "$tachograph" optimize "$work/tenth.csv" --memory-limit "$limit" --out "$work/tenth.parquet" --json --quiet
    measure at-once "$tachograph" optimize "$work/tenth.csv" --no-cache --out "$work/at-once.parquet" --json --quiet
done
measure whole "$tachograph" optimize "$table" --memory-limit "$limit" --out "$work/whole.parquet" --json --quiet
report whole tenth at-once whole
awk -v w="$(median whole 1)" -v t="$(median tenth 1)" -v a="$(median at-once 1)" \
    'BEGIN { printf "whole / ten times a tenth: %.2f; whole / ten times a tenth made at once in memory: %.2f\n", w / t / 10, w / a / 10 }'
peak=$(median whole 2)
awk -v p="$peak" -v l=$((limit + beyond)) 'BEGIN { exit !(p <= l) }' || fail "The peak of $peak MB is more than $limit MB and $beyond for the program itself."
grep -q '"mismatches":0' "$work/whole.out" || fail "Some value differs."

if "$python" -c 'import polars' 2>/dev/null; then
    "$python" - "$table" "$work/whole.parquet" <<'PYTHON' || failed=1
# The written file against the table read as plain text, a stretch of rows at a time.
import sys, polars as pl
source, written = sys.argv[1], sys.argv[2]
lazy = pl.scan_parquet(written)
schema, rows, start, wrong = lazy.collect_schema(), 0, 0, 0
reader = pl.scan_csv(source, infer_schema=False)
total = lazy.select(pl.len()).collect().item()
step = 1_000_000
while start < total:
    text, ours = reader.slice(start, step).collect(), lazy.slice(start, step).collect()
    assert text.height == ours.height, (start, text.height, ours.height)
    for name in text.columns:
        kind, have = schema[name], ours[name]
        # The text as this type; what cannot be read as such becomes null and differs then.
        if kind in (pl.String, pl.Enum, pl.Categorical): want, have = text[name], have.cast(pl.String)
        elif kind == pl.Boolean: want = text[name].is_in(["Y", "true", "True", "TRUE", "Yes"]).set(text[name].is_null(), None)
        elif kind == pl.Date:
            iso = text[name].str.to_date("%Y-%m-%d", strict=False)
            want = iso if iso.null_count() == text[name].null_count() else text[name].str.to_date("%d/%m/%Y", strict=False)
        elif kind == pl.Datetime: want = text[name].str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False).cast(kind)
        elif kind == pl.Null: want = text[name].cast(pl.Null, strict=False) if text[name].null_count() == text.height else text[name]
        elif kind.is_float(): want = text[name].cast(pl.Float64, strict=False).cast(kind)
        else: want = text[name].cast(kind, strict=False)
        if kind == pl.Null: differ = 0 if text[name].null_count() == text.height else text.height
        else: differ = (~want.eq_missing(have)).sum()
        if differ: print(f"{name} ({kind}): {differ} differ from row {start}", file=sys.stderr)
        wrong += differ
    start += step; rows += text.height
print(f"polars reads the same from both: {rows:,} rows × {len(schema)} columns, {wrong} values differ")
sys.exit(wrong != 0 or rows == 0)
PYTHON
else
    echo "left out: there is no Python with polars to compare the written file"
fi

mkdir "$work/out"
"$tachograph" optimize "$table" --memory-limit "$limit" --out "$work/out/stopped.parquet" --quiet >/dev/null 2>&1 &
pid=$!
sleep "$(awk -v t="$(median whole 1)" 'BEGIN { print t * 0.8 }')"
kill -TERM "$pid" 2>/dev/null || fail "It had ended before it could be stopped."
wait "$pid" 2>/dev/null || true
left=$(find "$work/out" -type f | wc -l)
echo "stopped (SIGTERM, as Ctrl+C) after four fifths of the time: $left files left"
[ "$left" = 0 ] || fail "Something was left: $(ls -A "$work/out")"
exit "$failed"
