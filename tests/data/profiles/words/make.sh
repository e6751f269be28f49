#!/usr/bin/env bash
# Makes the profiles beside this file again, with Go, Python 3 and Node. Timings differ from run to run; what the rules say must not.
set -euo pipefail
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cp work.go work.py work.js "$out"
(cd "$out" && go build -trimpath -o work work.go)
for what in json regex print clock tree lock sort; do
  (cd "$out" && ./work $what go-$what.pb.gz)
  cp "$out/go-$what.pb.gz" .
done
for what in log copy; do
  (cd "$out" && python3 -I work.py $what python-$what.prof)
  cp "$out/python-$what.prof" .
done
(cd "$out" && node --cpu-prof --cpu-prof-interval 2000 --cpu-prof-name node-gc.cpuprofile work.js)
sed "s|file://$out/|file:///|g" "$out/node-gc.cpuprofile" | gzip -n9 > node-gc.cpuprofile.gz
{ go version; python3 --version; node --version; } > versions.txt
