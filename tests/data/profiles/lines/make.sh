#!/bin/sh
# Makes the profile of the program in `source` and what `go tool pprof` tells of its lines: `list.txt` of its own functions with
# their source, `lines.txt` of every line of every function. Needs Go; made with the version that versions.txt names.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go version > versions.txt
cp -r source "$work"
(cd "$work/source" && GOFLAGS=-mod=mod go build -trimpath -o ../program . && ../program ../cpu.pb.gz)
cp "$work/cpu.pb.gz" cpu.pb.gz
here=$(pwd)
# In an empty folder and without the source of Go itself, so that nothing of this machine is in what is printed.
cd "$work"
go tool pprof -list='^(main|lines/deeper)\.' -sample_index=cpu -unit=ns -symbolize=none -source_path="$work/source" -trim_path=lines \
    cpu.pb.gz > "$here/list.txt" 2> /dev/null
go tool pprof -top -lines -sample_index=cpu -unit=ns -symbolize=none -nodecount=1000000 -nodefraction=0 -edgefraction=0 \
    cpu.pb.gz > "$here/lines.txt" 2> /dev/null
sed -i "s|$work/||" "$here/list.txt" "$here/lines.txt"
