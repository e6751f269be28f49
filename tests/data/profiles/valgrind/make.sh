#!/bin/sh
# Makes the files in this folder with the real programs and, beside each, what the reference tool prints of it. Needs g++, gcc,
# valgrind, heaptrack, binutils (gprof), Go, Rust, zstd and python3; made with the versions that versions.txt names.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/v
rm -rf "$work"
mkdir "$work"
trap 'rm -rf "$work"' EXIT
cp "$here"/*.cpp "$here"/*.c "$here"/*.h "$here"/dhat_top.py "$work"
cd "$work"
{ valgrind --version; heaptrack --version; gprof --version | head -n 1; g++ --version | head -n 1; go version; rustc --version; } > "$here/versions.txt"
g++ -g -O1 -o work work.cpp -pthread
g++ -g -O1 -o heap heap.cpp -pthread
gcc -g -O1 -pg -fno-inline -no-pie -o circle circle.c

# Packed when it is worth it; the reference is printed from the unpacked file, from another folder, so that the tool shortens no
# path of it.
keep() { rm -f "$here/$1" "$here/$1.gz"; if [ "$(wc -c < "$1")" -gt 20000 ]; then gzip -9n < "$1" > "$here/$1.gz"; else cp "$1" "$here/$1"; fi; chmod 644 "$here/$1"*; }
annotate() { (cd / && callgrind_annotate --threshold=100 --auto=no "$2" "$work/$1" > "$work/$3" 2> /dev/null); keep "$3"; }

call() { # name, options…
    name=$1; shift
    valgrind -q --tool=callgrind --callgrind-out-file="$name" "$@"
    keep "$name"
    annotate "$name" --inclusive=no "$name.self.txt"
    annotate "$name" --inclusive=yes "$name.inclusive.txt"
}
call callgrind.plain.out --toggle-collect=main --cache-sim=yes --branch-sim=yes --collect-jumps=yes ./work
call callgrind.instr.out --toggle-collect=main --dump-instr=yes ./work
call callgrind.names.out --toggle-collect=main --compress-strings=no --compress-pos=no ./work
call callgrind.recs.out --toggle-collect=main --separate-recs=3 ./work
call callgrind.callers.out --toggle-collect=main --separate-callers=2 ./work
call callgrind.parts.out --toggle-collect=main --combine-dumps=yes --dump-before='sort(unsigned int)' ./work
call callgrind.threads.out --separate-threads=yes --combine-dumps=yes ./work threads
valgrind -q --tool=cachegrind --branch-sim=yes --cachegrind-out-file=cachegrind.out ./work
keep cachegrind.out
(cd / && cg_annotate --threshold=0 --auto=no "$work/cachegrind.out" > "$work/cachegrind.out.txt")
keep cachegrind.out.txt
# The profile of the folder above, as Go turns it into callgrind's format; its reference is what Go printed of it there.
go tool pprof -callgrind -unit=ns -symbolize=none -nodecount=1000000 -nodefraction=0 -edgefraction=0 -output=callgrind.go.out \
    "$here/../go-cpu.pb.gz" 2> /dev/null
keep callgrind.go.out

mass() { # name, options…
    name=$1; shift
    valgrind -q --tool=massif --max-snapshots=20 --massif-out-file="$name" "$@" ./heap
    keep "$name"
    ms_print --threshold=0 "$name" > "$name.txt"
    keep "$name.txt"
}
mass massif.instr.out --time-unit=i
mass massif.stacks.out --time-unit=B --stacks=yes --detailed-freq=4
mass massif.pages.out --time-unit=ms --pages-as-heap=yes

heaptrack -o heaptrack.heap ./heap > /dev/null
cp heaptrack.heap.zst "$here"
zstd -dc heaptrack.heap.zst | gzip -9n > "$here/heaptrack.heap.gz"
heaptrack_print -f heaptrack.heap.zst -t 0 -a 1 -p 1 -T 1 -l 1 -n 1000 -s 1000 2> /dev/null > heaptrack.heap.txt
keep heaptrack.heap.txt
for cost in allocations temporary peak leaked; do
    heaptrack_print -f heaptrack.heap.zst -t 0 -a 0 -p 0 -T 0 --disable-builtin-suppressions --flamegraph-cost-type $cost \
        -F "heaptrack.heap.$cost.folded" > /dev/null 2>&1
    keep "heaptrack.heap.$cost.folded"
done

reckon() { keep "$1"; python3 dhat_top.py "$1" > "$1.txt"; keep "$1.txt"; }
for mode in heap copy ad-hoc; do
    valgrind --tool=dhat --mode=$mode --dhat-out-file=dhat.$mode.json ./heap > run.txt 2>&1
    [ $mode != heap ] || sed -n 's/^==[0-9]*== \(\(Total\|At\|Reads\|Writes\).*\)/== \1/p' run.txt > "$here/dhat.heap.run.txt"
    reckon dhat.$mode.json
done
mkdir -p rust/src
cp "$here/heap.rs" rust/src/main.rs
printf '[package]\nname = "heap"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\ndhat = "=0.3.3"\n[profile.release]\ndebug = 1\n[workspace]\n' \
    > rust/Cargo.toml
(cd rust && CARGO_TARGET_DIR=target cargo build -q --release && ./target/release/heap > /dev/null 2>&1)
mv rust/dhat-heap.json dhat.rust.json
reckon dhat.rust.json

./circle
gprof ./circle gmon.out > gprof.full.txt
gprof -b ./circle gmon.out > gprof.brief.txt
gprof -b -l ./circle gmon.out > gprof.lines.txt
gprof -b -z -c ./circle gmon.out > gprof.zero.txt
for name in full brief lines zero; do keep gprof.$name.txt; done
cp gmon.out "$here/circle.gmon.out"
