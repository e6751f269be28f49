#!/usr/bin/env bash
# Has the monitor list very many processes for some seconds, and counts them another way at the same time.
# usage: packaging/trials/many_processes.sh [PROCESSES] [SECONDS] [PROGRAM]        (10000 processes, 10 seconds)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
many=${1:-10000} seconds=${2:-10}
# shellcheck source=common.sh
. "$here/common.sh"
tachograph=$(program "${3:-}")
python3 - "$many" "$seconds" "$tachograph" <<'PYTHON'
import json
import os
import signal
import subprocess
import sys

many, seconds, program = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]


def count():
    return sum(name.isdigit() for name in os.listdir("/proc"))


sleepers = []
try:
    for _ in range(many):
        pid = os.fork()
        if pid == 0:
            signal.pause()
            os._exit(0)
        sleepers.append(pid)
    before = count()
    listing = [program, "monitor", "--duration", str(seconds), "--interval", "1000", "--processes", str(2 * many), "--json"]
    run = subprocess.run(listing, stdout=subprocess.PIPE, check=True, text=True)
    after = count()
finally:
    for pid in sleepers:
        os.kill(pid, signal.SIGKILL)
    for pid in sleepers:
        os.waitpid(pid, 0)
samples = [json.loads(line) for line in run.stdout.splitlines()]
# The program itself is one of them, and others come and go meanwhile.
least, most = min(before, after) - 20, max(before, after) + 20
failed = len(samples) < seconds / 2
for sample in samples:
    listed = {process["pid"] for process in sample["processes"]}
    missing = set(sleepers) - listed
    failed |= not least <= sample["process_count"] <= most or bool(missing)
    print(f"{sample['process_count']} processes told, {len(listed)} listed, {len(missing)} of the {many} missing, "
          f"{sample['self']['sample_cost_ms']:.0f} ms for the sample")
print(f"{before} in /proc before, {after} after, {len(samples)} samples")
sys.exit(failed)
PYTHON
