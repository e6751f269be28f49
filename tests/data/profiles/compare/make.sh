#!/bin/sh
# Records two variants of work.go and, of each pair, what `go tool pprof -top` prints: with -diff_base, with -base, normalised, and of a part.
# Every function, in the smallest unit. Needs Go; made with the version that versions.txt names.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go version > versions.txt
cp work.go "$work/main.go"
(cd "$work" && GO111MODULE=off go build -trimpath -o work main.go && for side in old new; do ./work $side cpu-$side heap-$side; done)
for kind in cpu heap; do
    for side in old new; do mv "$work/$kind-$side" "$kind-$side.pb.gz"; done
done
compare() { # profile, sample type, unit, name of the result, further options
    kind=$1 type=$2 unit=$3 name=$4
    shift 4
    go tool pprof -top -sample_index="$type" -unit="$unit" -nodecount=1000000 -nodefraction=0 -edgefraction=0 -symbolize=none \
        "$@" "$kind-new.pb.gz" 2> /dev/null > "$kind.$type.$name.txt"
}
for kind in cpu:cpu:ns cpu:samples:count heap:alloc_space:B heap:inuse_objects:count heap:inuse_space:B; do
    file=${kind%%:*} rest=${kind#*:}
    compare "$file" "${rest%:*}" "${rest#*:}" diff -diff_base "$file-old.pb.gz"
    compare "$file" "${rest%:*}" "${rest#*:}" base -base "$file-old.pb.gz"
done
compare cpu cpu ns normalized -normalize -diff_base cpu-old.pb.gz
compare heap alloc_space B normalized -normalize -diff_base heap-old.pb.gz
compare heap inuse_space B normalized -normalize -diff_base heap-old.pb.gz
compare cpu cpu ns diff.hide -diff_base cpu-old.pb.gz -hide='^runtime'
compare cpu cpu ns diff.focus -diff_base cpu-old.pb.gz -focus='sort|sha256' -ignore=Sprintf
