#!/bin/sh
# Makes the Go profiles in this folder and, beside each, what `go tool pprof -top` prints of it: every function, in the smallest
# unit, for each sample type. Needs Go; made with the version that versions.txt names.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go version > versions.txt
cp program.go "$work/main.go"
(cd "$work" && GO111MODULE=off go build -o program main.go && ./program cpu.pb heap.pb)
top() { # profile, sample type, unit
    (cd "$work" && go tool pprof -top -sample_index="$2" -unit="$3" -nodecount=1000000 -nodefraction=0 -edgefraction=0 \
        -symbolize=none "$OLDPWD/$1") > "${1%.pb.gz}.$2.top.txt" 2> /dev/null
}
for kind in cpu heap; do
    mv "$work/$kind.pb" "go-$kind.pb.gz"
done
for type in samples:count cpu:ns; do top go-cpu.pb.gz "${type%:*}" "${type#*:}"; done
for type in alloc_objects:count alloc_space:B inuse_objects:count inuse_space:B; do top go-heap.pb.gz "${type%:*}" "${type#*:}"; done
