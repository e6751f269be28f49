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


def edges(rows):
    """By how much the mean of each window may be off when its ends lie up to a second beside those of the other tool."""
    values = dict((int(time), value) for time, value in rows if value is not None)

    def jump(at):
        near = [values[second] for second in range(at - 2, at + 2) if second in values]
        return max(near) - min(near) if near else 0

    return {at: (jump(at * WINDOW) + jump((at + 1) * WINDOW)) / WINDOW for at in {second // WINDOW for second in values}}


def told(name, unit, mine, theirs, least, share):
    """The largest and the mean difference of the windows that both have; `least` in the unit and `share` of the value are allowed, and what a second
    of another beginning explains."""
    global failed
    edge = edges(theirs)
    mine, theirs = windows(mine), windows(theirs)
    both = sorted(set(mine) & set(theirs))[1:-1]
    if not both:
        print(f"{name}: nothing to compare")
        failed = True
        return
    off = [abs(mine[at] - theirs[at]) for at in both]
    worst = max(both, key=lambda at: abs(mine[at] - theirs[at]) - share * abs(theirs[at]))
    bad = sum(abs(mine[at] - theirs[at]) > least + share * abs(theirs[at]) + edge[at] for at in both)
    mean, own = (sum(side[at] for at in both) / len(both) for side in (theirs, mine))
    # Over all windows the beginnings matter no more.
    bad += abs(mean - own) > least + share * abs(mean)
    failed |= bad > 0
    print(f"{name}: {len(both)} windows, mean {own:,.2f} of {mean:,.2f} {unit}, mean difference {sum(off) / len(off):,.3f}, largest {max(off):,.3f} "
          f"(ours {mine[worst]:,.2f}, theirs {theirs[worst]:,.2f}){'  DIFFERS ' + str(bad) if bad else ''}")


def csv(kind):
    """Rows of `sadf -d` as dictionaries."""
    lines = (work / f"sar-{kind}.csv").read_text().splitlines()
    head = next(line for line in lines if line.startswith("#")).lstrip("# ").split(";")
    return [dict(zip(head, line.split(";"))) for line in lines if not line.startswith("#")]


def mine(get):
    return [(row["time"], get(row)) for row in ours]


cpu = [(float(row["timestamp"]), 100 - float(row["%idle"]) - float(row["%iowait"])) for row in csv("cpu") if row["CPU"] == "-1"]
told("CPU, sar", "%", mine(lambda row: row["cpu_percent"]), cpu, 2.0, 0.02)
# kbavail is MemAvailable of /proc/meminfo.
available = [(float(row["timestamp"]), float(row["kbavail"]) * 1024) for row in csv("memory")]
told("memory available, sar", "B", mine(lambda row: row["memory"]["available"]), available, 40e6, 0.005)
networks = {}
for row in csv("network"):
    if row["IFACE"] != "lo":
        networks.setdefault(row["IFACE"], []).append((float(row["timestamp"]), float(row["rxkB/s"]) * 1024))
listed = {network["name"] for row in ours for network in row["networks"]}
for name, rows in ((name, rows) for name, rows in networks.items() if name in listed):
    rate = lambda row: next((network["received_per_s"] for network in row["networks"] if network["name"] == name), None)
    told(f"{name} received, sar", "B/s", mine(rate), rows, 2e3, 0.05)


def kernel(name, unit, kind, field, get, least, share):
    """A figure of sar of the machine as a whole; a kernel that does not tell it tells neither of us."""
    rows = [(float(row["timestamp"]), float(row[field])) for row in csv(kind)]
    told(f"{name}, sar", unit, mine(get), rows, least, share)


kernel("page faults", "/s", "faults", "fault/s", lambda row: row["activity"]["page_faults_per_s"], 500, 0.05)
kernel("page faults from disk", "/s", "faults", "majflt/s", lambda row: row["activity"]["major_faults_per_s"], 5, 0.10)
kernel("context switches", "/s", "switches", "cswch/s", lambda row: row["activity"]["context_switches_per_s"], 300, 0.05)
stall = lambda resource, field: lambda row: (row["pressure"][resource] or {}).get(field)
kernel("waiting for CPU", "%", "waiting-cpu", "%scpu", stall("cpu", "some_percent"), 1.5, 0.03)
for resource, kind, letter in (("memory", "waiting-memory", "mem"), ("io", "waiting-disks", "io")):
    kernel(f"waiting for {resource}", "%", kind, f"%s{letter}", stall(resource, "some_percent"), 1.5, 0.03)
    kernel(f"all waiting for {resource}", "%", kind, f"%f{letter}", stall(resource, "full_percent"), 1.5, 0.03)

written, busy, queue = [], {}, {}
for sample in json.loads((work / "iostat.json").read_text())["sysstat"]["hosts"][0]["statistics"]:
    time = datetime.fromisoformat(sample["timestamp"]).timestamp()
    whole = [disk for disk in sample["disk"] if not disk["disk_device"].startswith(("loop", "ram", "dm-", "zram"))]
    for disk in whole:
        busy.setdefault(disk["disk_device"], []).append((time, disk["util"]))
        queue.setdefault(disk["disk_device"], []).append((time, disk["aqu-sz"]))
    written.append((time, sum(disk["wkB/s"] for disk in whole) * 1024))
told("written to disks, iostat", "B/s", mine(lambda row: row["disk_total"]["written_per_s"]), written, 5e6, 0.10)
of_device = lambda name, field: lambda row: next((one[field] for one in row["devices"] if one["name"] == name), None)
for name in busy:
    told(f"{name} busy, iostat", "%", mine(of_device(name, "busy_percent")), busy[name], 2.0, 0.03)
    told(f"{name} queue, iostat", "requests", mine(of_device(name, "queue_length")), queue[name], 0.5, 0.10)

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
