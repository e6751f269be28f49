#!/bin/sh
# Makes the recordings of Austin in this folder and, beside each, what `go tool pprof` prints of what Austin's own converter
# (austin2pprof of austin-python) makes of it. Needs Austin 3 (austin-dist) and austin-python from PyPI, their programs in PATH
# before Debian's austin, which OLD_AUSTIN names; OLD_PYTHON is a Python that the old one knows (3.8). Made with the versions that
# versions.txt names.
set -eu
cd "$(dirname "$0")"
here=$PWD
work=/tmp/pf
rm -rf "$work" && mkdir "$work"
trap 'rm -rf "$work"' EXIT
cp work.py "$work"
old=${OLD_AUSTIN:-/usr/bin/austin}
ln -s "${OLD_PYTHON:?}" "$work/python"
{ austin --version; "$old" --version | sed 's/$/ (Debian)/'; /usr/bin/python3 --version; "$work/python/bin/python3" --version; } > versions.txt
cd "$work"

austin -i 4ms -C -o wall.austin /usr/bin/python3 -I -S work.py two > /dev/null 2>&1
austin -i 4ms -f -o full.austin /usr/bin/python3 -I -S work.py > /dev/null 2>&1
austin -i 4ms -m -o memory.austin /usr/bin/python3 -I -S work.py > /dev/null 2>&1
austin -i 4ms -g -s -o cpu.austin /usr/bin/python3 -I -S work.py > /dev/null 2>&1
austin -i 4ms -b -C -o wall.mojo /usr/bin/python3 -I -S work.py two > /dev/null 2>&1
austin -i 4ms -b -f -g -o full.mojo /usr/bin/python3 -I -S work.py > /dev/null 2>&1
for mode in '' -m -f; do
    PYTHONHOME="$work/python" "$old" -i 4000 -C $mode -o "old$mode.austin" python/bin/python3 -S work.py two > /dev/null 2>&1
done

top() { # profile of pprof, print, sample type, unit
    go tool pprof -top -sample_index="$3" -unit="$4" -nodecount=1000000 -nodefraction=0 -edgefraction=0 -symbolize=none "$1" \
        > "$here/$2.top.txt" 2> /dev/null
}
mojo2austin wall.mojo wall-mojo.austin
for file in wall cpu full wall-mojo; do
    austin2pprof "$file.austin" "$file.austin.pb"
done
top wall.austin.pb wall 0 us
top cpu.austin.pb cpu 0 us
top wall-mojo.austin.pb wall.mojo 0 us
rm wall-mojo.austin
for row in 0 1; do top full.austin.pb "full.$row" "$row" us; done
for row in 2 3; do top full.austin.pb "full.$row" "$row" B; done
# mojo2austin leaves all but the time out of the mode with all metrics: its reader itself is asked.
python3 - > "$here/full.mojo.sums.txt" << 'P'
from austin.format.mojo import MojoStreamReader
from austin.events import AustinSample
sums = {"time": 0, "idle": 0, "allocated": 0, "freed": 0, "gc": 0, "samples": 0}
for event in MojoStreamReader(open("full.mojo", "rb")):
    if isinstance(event, AustinSample):
        time, memory = event.metrics.time or 0, event.metrics.memory or 0
        sums["samples"] += 1
        sums["time"] += time
        sums["idle"] += time if event.idle else 0
        sums["gc"] += time if event.gc else 0
        sums["allocated"] += max(memory, 0)
        sums["freed"] += max(-memory, 0)
for name, value in sums.items():
    print(name, value)
P
for file in *.austin *.mojo; do gzip -9 -n < "$file" > "$here/$file.gz"; done
