"""Compares what monitor_agrees.sh recorded: means over windows of ten seconds, and where a reference tells amounts, the sums of the whole.
Ends with 1 where a difference is larger than the resolution of both together explains."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path

work, worker = Path(sys.argv[1]), int(sys.argv[2])
WINDOW = 10
ours = [json.loads(line) for line in (work / "ours.jsonl").read_text().splitlines()]
cores = os.cpu_count()
failed = False


def windows(rows):
    """Means of (time, value) over each window that is whole."""
    found = {}
    for time, value in rows:
        if value is not None:
            found.setdefault(int(time // WINDOW), []).append(value)
    return {at: sum(values) / len(values) for at, values in found.items() if len(values) >= WINDOW - 1}


def told(name, unit, mine, theirs, least, share):
    """The largest and the mean difference of the windows that both have; `least` in the unit and `share` of the value are allowed."""
    global failed
    mine, theirs = windows(mine), windows(theirs)
    both = sorted(set(mine) & set(theirs))[1:-1]
    if not both:
        print(f"{name}: nothing to compare")
        failed = True
        return
    off = [abs(mine[at] - theirs[at]) for at in both]
    worst = max(both, key=lambda at: abs(mine[at] - theirs[at]) - share * abs(theirs[at]))
    bad = sum(abs(mine[at] - theirs[at]) > least + share * abs(theirs[at]) for at in both)
    mean = sum(theirs[at] for at in both) / len(both)
    failed |= bad > 0
    print(f"{name}: {len(both)} windows, mean {mean:,.2f} {unit}, mean difference {sum(off) / len(off):,.3f}, largest {max(off):,.3f} "
          f"(ours {mine[worst]:,.2f}, theirs {theirs[worst]:,.2f}){'  DIFFERS ' + str(bad) if bad else ''}")


def csv(kind):
    """Rows of `sadf -d` as dictionaries."""
    lines = (work / f"sar-{kind}.csv").read_text().splitlines()
    head = next(line for line in lines if line.startswith("#")).lstrip("# ").split(";")
    return [dict(zip(head, line.split(";"))) for line in lines if not line.startswith("#")]


def mine(get):
    return [(row["time"], get(row)) for row in ours]


cpu = [(float(row["timestamp"]), 100 - float(row["%idle"]) - float(row["%iowait"])) for row in csv("u") if row["CPU"] == "-1"]
told("CPU, sar", "%", mine(lambda row: row["cpu_percent"]), cpu, 2.0, 0.02)
# kbavail is MemAvailable of /proc/meminfo.
available = [(float(row["timestamp"]), float(row["kbavail"]) * 1024) for row in csv("r")]
told("memory available, sar", "B", mine(lambda row: row["memory"]["available"]), available, 40e6, 0.005)
networks = {}
for row in csv("n"):
    if row["IFACE"] != "lo":
        networks.setdefault(row["IFACE"], []).append((float(row["timestamp"]), float(row["rxkB/s"]) * 1024))
listed = {network["name"] for row in ours for network in row["networks"]}
for name, rows in ((name, rows) for name, rows in networks.items() if name in listed):
    rate = lambda row: next((network["received_per_s"] for network in row["networks"] if network["name"] == name), None)
    told(f"{name} received, sar", "B/s", mine(rate), rows, 2e3, 0.05)

written = []
for sample in json.loads((work / "iostat.json").read_text())["sysstat"]["hosts"][0]["statistics"]:
    time = datetime.fromisoformat(sample["timestamp"]).timestamp()
    whole = [disk for disk in sample["disk"] if not disk["disk_device"].startswith(("loop", "ram", "dm-", "zram"))]
    written.append((time, sum(disk["kB_wrtn/s"] for disk in whole) * 1024))
told("written to disks, iostat", "B/s", mine(lambda row: row["disk_total"]["written_per_s"]), written, 5e6, 0.10)

free = []
for line in (work / "vmstat.txt").read_text().splitlines():
    words = line.split()
    if words and words[0].isdigit():
        time = datetime.fromisoformat(f"{words[-2]} {words[-1]}").timestamp()
        free.append((time, 100 - float(words[14]) - float(words[15])))
told("CPU, vmstat", "%", mine(lambda row: row["cpu_percent"]), free, 3.0, 0.03)

used, held = [], []
for line in (work / "pidstat.txt").read_text().splitlines():
    words = line.split()
    if len(words) > 12 and not line.startswith("#"):
        used.append((float(words[0]), float(words[7]) / cores))
        held.append((float(words[0]), float(words[12]) * 1024))
of_process = lambda field: lambda row: next((float(p[field]) for p in row["processes"] if p["pid"] == worker), None)
told("one process's CPU, pidstat", "% of the machine", mine(of_process("cpu_percent")), used, 1.5, 0.05)
told("one process's memory, pidstat", "B", mine(of_process("memory")), held, 1e6, 0.02)
sys.exit(failed)
