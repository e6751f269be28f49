#!/bin/sh
# Makes the recordings of perf in this folder and, beside each, what `perf report` and `perf script` print of it. Needs perf, g++,
# binutils, Node (for the recording of a JIT) and the right to record; made with the versions that versions.txt names.
#
# `spin` is kept beside its recordings: the reader looks for a program there too, by its build id, so the names are found on any
# machine. The host's name in the recordings is changed, so as not to keep that of the machine they were made on.
set -eu
if [ "${1-}" != named ]; then exec unshare -u setarch --uname-2.6 sh "$0" named; fi
hostname recorder
cd "$(dirname "$0")"
here=$PWD
work=/tmp/pf
rm -rf "$work" && mkdir "$work"
trap 'rm -rf "$work"' EXIT
export PERF_BUILDID_DIR="$work/cache" PERF_PAGER=cat HOME="$work" LC_ALL=C
{ perf --version; g++ --version | head -1; echo "node $(node --version)"; } > versions.txt

flags="-std=c++17 -nostdlib -static -ffreestanding -fno-exceptions -fno-rtti -fno-stack-protector -fno-omit-frame-pointer
    -fno-optimize-sibling-calls -Wl,--build-id"
cp spin.cpp "$work"
cd "$work"
# shellcheck disable=SC2086
g++ -O1 $flags -fno-asynchronous-unwind-tables -Wl,-z,noseparate-code -o spin spin.cpp
# shellcheck disable=SC2086
g++ -O1 -g $flags -fasynchronous-unwind-tables -Wl,--eh-frame-hdr -o spin-lines spin.cpp
strip -g -R .comment spin

report() { # recording
    for children in no-children children; do
        field=$([ "$children" = children ] && echo overhead_children,overhead,sample,period,sym || echo overhead,sample,period,sym)
        perf report -i "$1.data" --stdio --"$children" -g none --percent-limit 0 -F "$field" -t '	' 2> /dev/null | grep -v '^# (Tip' > "$1.$children.txt"
    done
}
pack() { gzip -9 -n < "$1" > "$here/$1.gz"; }

# Two events, two processes, a thread with a name of its own, recursion.
perf record -q -o two.data -e cpu-clock:u,task-clock:u -F 299 -g ./spin 2> /dev/null
report two
perf script -i two.data --header > two.script.txt 2> /dev/null
perf script -i two.data -F comm,tid,time,event,ip,sym,dso > two.tid.script.txt 2> /dev/null
perf script -i two.data -F comm,pid,tid,time,period,event,ip,sym,symoff,dso --no-demangle > two.mangled.script.txt 2> /dev/null
perf script -i two.data --show-mmap-events --show-task-events > two.all.script.txt 2> /dev/null

# Frames in the kernel, compressed records, processor numbers.
perf record -q -z -o kernel.data -e cpu-clock -F 399 --sample-cpu -g ./spin a 2> /dev/null
perf report -i kernel.data --stdio --no-children -g none --percent-limit 0 -F overhead,sample,period,dso -t '	' 2> /dev/null | grep -v '^# (Tip' > kernel.dso.txt
perf script -i kernel.data -F comm,pid,tid,cpu,time,period,event,ip,sym,symoff,dso > kernel.script.txt 2> /dev/null

# Through a pipe; no chains.
perf record -q -o - -e task-clock:u -F 299 ./spin 2> /dev/null > pipe.data
report pipe
rm pipe.children.txt
perf script -i pipe.data > pipe.script.txt 2> /dev/null

# Lines, and functions that the compiler inlined.
perf record -q -o lines.raw -e cpu-clock:u -F 99 --call-graph dwarf,1024 ./spin-lines 2> /dev/null
perf script -i lines.raw -F comm,pid,tid,time,period,event,ip,sym,symoff,dso,srcline > lines.script.txt 2> /dev/null
perf script -i lines.raw > inlined.script.txt 2> /dev/null
perf report -i lines.raw --stdio --children -g none --percent-limit 0 -F overhead_children,overhead,sample,period,sym -t '	' 2> /dev/null | grep -v '^# (Tip' > lines.children.txt

# Tracepoints.
perf record -q -o trace.raw -e sched:sched_process_exec,sched:sched_process_fork,sched:sched_process_exit,syscalls:sys_enter_prctl -g ./spin 2> /dev/null
perf script -i trace.raw > trace.script.txt 2> /dev/null

# A JIT that names its functions in /tmp/perf-PID.map.
cat > jit.js <<'J'
function leaf(n) { let sum = 0; for (let i = 0; i < n; i++) sum = (sum * 31 + i) | 0; return sum; }
function middle(n) { let sum = 0; for (let i = 0; i < 50; i++) sum += leaf(n); return sum; }
function outer() { const end = Date.now() + 500; let sum = 0; while (Date.now() < end) sum += middle(2000); return sum; }
outer();
J
perf record -q -o jit.data -e cpu-clock:u -F 199 -g node --perf-basic-prof --interpreted-frames-native-stack jit.js 2> /dev/null
perf script -i jit.data > jit.script.txt 2> /dev/null
report jit
for file in two kernel pipe jit; do pack "$file.data"; done
for file in *.script.txt; do pack "$file"; done
map=$(ls /tmp/perf-*.map | tail -1)
# Only the functions that the recording names.
pid=$(basename "$map" .map | sed 's/perf-//')
grep 'jit\.js' "$map" > jit.map
rm -f "$here"/perf-*.map
cp jit.map "$here/perf-$pid.map"
rm -f "$map"
cp spin ./*.children.txt ./*.no-children.txt ./*.dso.txt "$here"
chmod 755 "$here/spin"
