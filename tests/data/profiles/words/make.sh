#!/usr/bin/env bash
# Makes the profiles beside this file again, with Go, Python 3, Node, g++ and perf (which needs the right to record). Timings differ
# from run to run; what the rules say must not.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
out=/tmp/pw
rm -rf "$out" && mkdir "$out"
trap 'rm -rf "$out"' EXIT
export PERF_BUILDID_DIR="$out/cache" PERF_PAGER=cat LC_ALL=C
cp work.go work.cpp work.py work.js "$out"
cd "$out"
go build -trimpath -o work work.go
for what in json regex print clock tree lock sort sign panic hand; do
  ./work $what go-$what.pb.gz
  cp go-$what.pb.gz "$here"
done
for what in log copy; do
  python3 -I work.py $what python-$what.prof
  cp python-$what.prof "$here"
done
node --cpu-prof --cpu-prof-interval 2000 --cpu-prof-name node-gc.cpuprofile work.js
sed "s|file://$out/|file:///|g" node-gc.cpuprofile | gzip -n9 > "$here/node-gc.cpuprofile.gz"
flags='-O1 -fno-omit-frame-pointer -static-libgcc -static-libstdc++'
# shellcheck disable=SC2086
{
  g++ $flags -o plain work.cpp
  g++ $flags -fsanitize=address -static-libasan -o asan work.cpp
  g++ $flags -fsanitize=thread -static-libtsan -o tsan work.cpp
}
# What unwinds the stack keeps no frame pointers.
for one in 'plain touch fp' 'plain throw dwarf,4096' 'asan words fp' 'tsan words fp'; do
  read -r program what chain <<< "$one"
  perf record -q -o "$what.data" -e cpu-clock -F 299 --call-graph "$chain" "./$program" "$what" > /dev/null 2>&1
  perf script -i "$what.data" -F comm,pid,tid,time,period,event,ip,sym,symoff,dso 2> /dev/null | gzip -9n > "$here/perf-$program-$what.script.txt.gz"
done
{ go version; python3 --version; node --version; g++ --version | head -1; perf --version; } > "$here/versions.txt"
