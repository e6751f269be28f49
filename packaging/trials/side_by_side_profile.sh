#!/usr/bin/env bash
# Opens one pprof profile with this program and with `go tool pprof -top`, in turns, whole processes: median time, peak memory, ratios;
# then compares the top functions with their own share.
# usage: packaging/trials/side_by_side_profile.sh PROFILE [RUNS] [PROGRAM] [TOP]        (5 runs, 20 functions)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
profile=$(realpath "${1:?usage: side_by_side_profile.sh PROFILE [RUNS] [PROGRAM] [TOP]}") runs=${2:-5} top=${4:-20}
# shellcheck source=common.sh
. "$here/common.sh"
tachograph=$(program "${3:-}")
export PPROF_TMPDIR=$work

for ((i = 0; i < runs; i++)); do
    rm -rf "$TACHOGRAPH_HOME"
    measure cold "$tachograph" profile "$profile" --top "$top" --json --quiet
    cp "$work/cold.out" "$work/cold.json"
    measure again "$tachograph" profile "$profile" --top "$top" --json --quiet
    # Exact figures: in the smallest unit, nothing dropped for being small.
    measure go-pprof go tool pprof -top -unit=ns -nodefraction=0 -edgefraction=0 -nodecount=$((top * 3)) "$profile"
done
report cold again go-pprof

"${PYTHON:-python3}" - "$work/cold.json" "$work/go-pprof.out" "$top" <<'PYTHON'
import json, re, sys
ours = [(f["name"], f["self"], f["total"]) for f in json.load(open(sys.argv[1]))["functions"]][: int(sys.argv[3])]
line = re.compile(r"^\s*([\d.]+)(?:ns)?\s+[\d.]+%\s+[\d.]+%\s+([\d.]+)(?:ns)?\s+[\d.]+%\s+(.*?)(?: \((?:partial-)?inline\))?$")
theirs = {}
for text in open(sys.argv[2]):
    if found := line.match(text):
        name, flat, total = found[3], float(found[1]), float(found[2])
        before = theirs.get(name, (0.0, 0.0))
        theirs[name] = (before[0] + flat, max(before[1], total))
wrong = [(n, s, t, theirs.get(n)) for n, s, t in ours if n not in theirs or abs(theirs[n][0] - s) > 0.5 or abs(theirs[n][1] - t) > 0.5]
for name, own, total, their in wrong:
    print(f"differs: {name}: ours self {own} total {total}, theirs {their}")
least = min((s for _, s, _ in ours), default=0)
missed = [n for n, (flat, _) in theirs.items() if flat > least and n not in {o[0] for o in ours}]
for name in missed:
    print(f"differs: {name} is among their top functions, not among ours")
print(f"{len(ours)} top functions compared, {len(wrong) + len(missed)} differ")
sys.exit(bool(wrong or missed or not ours))
PYTHON
