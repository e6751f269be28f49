#!/usr/bin/env bash
# Holds the monitor's figures against those of sar, vmstat, iostat and pidstat while stress-ng makes a load that changes, all at once.
# usage: packaging/trials/monitor_agrees.sh [SECONDS] [PROGRAM]        (600 seconds)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
seconds=${1:-600}
# shellcheck source=common.sh
. "$here/common.sh"
# shellcheck source=../linux/setup.sh
. "$here/../linux/setup.sh"
ensure_packages stress-ng sysstat procps python3
tachograph=$(program "${2:-}")
export LC_ALL=C S_TIME_FORMAT=ISO
cd "$work"
# One process that is measured by itself: a third of a core.
stress-ng --cpu 1 --cpu-load 33 --timeout $((seconds + 10)) --quiet &
steady=$!
sleep 2
worker=$(pgrep -P $steady | head -1)
sar -o sar.bin 1 "$seconds" >/dev/null &
vmstat -n -t -w 1 $((seconds + 1)) >vmstat.txt &
iostat -d -x -k -t -y -o JSON 1 "$seconds" >iostat.json &
pidstat -u -r -h -H -p "$worker" 1 "$seconds" >pidstat.txt &
"$tachograph" monitor --duration "$seconds" --interval 1000 --processes 100 --json >ours.jsonl &
load() {
    local kinds=('--cpu 2 --cpu-load 50' '--cpu 4' '--vm 2 --vm-bytes 400M --vm-keep' '--hdd 1 --hdd-bytes 200M' '--sock 2' '--fork 4') at=0
    while :; do
        # shellcheck disable=SC2086
        stress-ng ${kinds[at % ${#kinds[@]}]} --temp-path "$work" --timeout 12 --quiet || true
        at=$((at + 1))
        sleep 6
    done
}
load &
loading=$!
trap 'kill $loading $steady 2>/dev/null || true; rm -rf "$work"' EXIT
sleep $((seconds + 3))
kill $loading $steady 2>/dev/null || true
# What each file is called, and how sadf is asked for it.
while read -r kind options; do
    # shellcheck disable=SC2086
    sadf -d -U sar.bin -- $options >"sar-$kind.csv"
done <<'KINDS'
cpu -u ALL
memory -r ALL
network -n DEV
faults -B
switches -w
waiting-cpu -q CPU
waiting-memory -q MEM
waiting-disks -q IO
KINDS
python3 "$here/monitor_agrees.py" "$work" "$worker"
