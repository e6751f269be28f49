#!/usr/bin/env bash
# Shrinks one table with this program and with its peers, in turns, whole processes: median time, peak memory, ratios.
# usage: packaging/trials/side_by_side_data.sh TABLE PEERS.py [RUNS] [PROGRAM]        (3 runs)
# PEERS.py is called with a peer's name and the table, and reads and shrinks it. PEERS: names to call (pandas-optimised polars; for a workbook
# fastexcel is the one to hold against).
# PYTHON: the interpreter that has them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
table=$(realpath "${1:?usage: side_by_side_data.sh TABLE PEERS.py [RUNS] [PROGRAM]}") script=${2:?PEERS.py} runs=${3:-3}
# shellcheck source=common.sh
. "$here/common.sh"
tachograph=$(program "${4:-}")
read -ra peers <<<"${PEERS:-pandas-optimised polars}"

for ((i = 0; i < runs; i++)); do
    rm -rf "$TACHOGRAPH_HOME"
    measure cold "$tachograph" optimize "$table" --json --quiet
    cp "$work/cold.out" "$work/cold.json"
    measure again "$tachograph" optimize "$table" --json --quiet
    for peer in "${peers[@]}"; do
        measure "$peer" "${PYTHON:-python3}" "$script" "$peer" "$table"
    done
done
report cold again "${peers[@]}"
"${PYTHON:-python3}" - "$work/cold.json" <<'PYTHON'
import json, sys
r = json.load(open(sys.argv[1]))
r = r[0] if isinstance(r, list) else r
print(f"before {r['before_bytes'] / 1e6:.1f} MB, after {r['after_bytes'] / 1e6:.1f} MB, pandas would hold {r['pandas_bytes'] / 1e6:.1f} MB; "
      f"{r['verified']['values']:,} values compared, {r['verified']['mismatches']} differ; own peak {r['peak_rss_bytes'] / 1e6:.0f} MB")
PYTHON
for peer in "${peers[@]}"; do echo "$peer: $(tail -1 "$work/$peer.out" | cut -c1-200)"; done
