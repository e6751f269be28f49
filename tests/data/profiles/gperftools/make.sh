#!/bin/sh
# Makes the profiles of gperftools and the texts of Go in this folder and, beside each, what `go tool pprof` prints of it. Needs g++,
# Debian's libgoogle-perftools-dev and Go; made with the versions that versions.txt names.
#
# The program `work` is kept beside its profiles, so that its names are found on any machine.
set -eu
cd "$(dirname "$0")"
here=$PWD
work=/tmp/pf
rm -rf "$work" && mkdir "$work"
trap 'rm -rf "$work"' EXIT
cp work.cpp work.go "$work"
{ dpkg-query -W -f 'gperftools ${Version}\n' libgoogle-perftools-dev; g++ --version | head -1; go version; } > versions.txt
cd "$work"
g++ -O1 -std=c++17 -fno-omit-frame-pointer -fno-optimize-sibling-calls -no-pie -Wl,--build-id -o work work.cpp -lprofiler -ltcmalloc
strip -g -R .comment work
CPUPROFILE_FREQUENCY=200 ./work > /dev/null 2>&1
./work heap > /dev/null 2>&1
mv work.0001.heap live.heap
./work heap growth > /dev/null 2>&1
# Debian's library samples nothing; so the same list with the header of a sampled profile, to see the scaling.
sed '1s/heapprofile/heap_v2\/20000/' live.heap > sampled.heap
mkdir go-work && cd go-work && cp ../work.go main.go && GO111MODULE=off go build -trimpath -o ../go-program main.go && cd ..
./go-program

raw() { # file: values of each sample and the numbers of its addresses
    go tool pprof -raw -symbolize=none "$1" 2> /dev/null | sed '/^Mappings/,$d' > "$here/$1.raw.txt"
}
# `go tool pprof` names no functions of C++ programs; gperftools' own pprof does.
google-pprof --text work cpu.prof > "$here/cpu.prof.top.txt" 2> /dev/null
for type in inuse_objects inuse_space alloc_objects alloc_space; do
    google-pprof --text --show_bytes --$type work live.heap > "$here/live.heap.$type.top.txt" 2> /dev/null
done
google-pprof --text --show_bytes work growth.heap > "$here/growth.heap.top.txt" 2> /dev/null
for file in cpu.prof live.heap sampled.heap growth.heap go.heap go.mutex go.block go.goroutine; do raw "$file"; done
top() { # file, sample type, unit
    go tool pprof -top -sample_index="$2" -unit="$3" -nodecount=1000000 -nodefraction=0 -edgefraction=0 go-program "$1" \
        > "$here/$1.$2.top.txt" 2> /dev/null
}
for type in inuse_objects:count inuse_space:B alloc_objects:count alloc_space:B; do top go.heap "${type%:*}" "${type#*:}"; done
for kind in mutex block; do for type in contentions:count delay:ns; do top "go.$kind" "${type%:*}" "${type#*:}"; done; done
for kind in goroutine; do top "go.$kind" 0 count; done
gzip -9 -n < cpu.prof > "$here/cpu.prof.gz"
cp live.heap sampled.heap growth.heap go.heap go.mutex go.block go.goroutine work "$here"
# The same of the files of others, where they are there.
shared=$here/../../../../../shared/data/profiles
for file in gobench.cpu gobench.heap cppbench.contention; do
    if [ -f "$shared/$file" ]; then cp "$shared/$file" . && chmod u+w "$file" && raw "$file"; fi
done
