#!/bin/sh
# Makes the JavaScript profiles and the traces in this folder and, beside each, the figures they are held against: those of
# `node --prof-process` for its log, those of reference.py for the others.
# Needs Node, Python with viztracer (PYTHON), py-spy, Chromium, and v8-profiler-next and chrome-remote-interface from npm (NODE_PATH).
set -eu
cd "$(dirname "$0")"
here=$PWD
python=${PYTHON:-/usr/bin/python3}
work=$(mktemp -d /tmp/js.XXXX)
trap 'rm -rf "$work"' EXIT
cp ./*.js program.py "$work"
keep() { # name in the work folder, name here
    sed -e "s#$work#/tmp/js#g" -e "s#$NODE_PATH#/usr/lib/node_modules#g" "$work/$1" | gzip -9n > "$here/$2.gz"
}
cd "$work"
{
    node --version | sed 's/^/node /'
    "$python" --version
    "$python" -m viztracer --version | head -1 | sed 's/^/viztracer /'
    py-spy --version
    chromium --version
    sed -n 's/.*"version": "\(.*\)".*/v8-profiler-next \1/p' "$NODE_PATH/v8-profiler-next/package.json"
} > "$here/versions.txt"

node --cpu-prof --cpu-prof-name=node.cpuprofile --cpu-prof-interval 300 program.js 60
keep node.cpuprofile node.cpuprofile
node old.js
keep old.cpuprofile old.cpuprofile
node --heap-prof --heap-prof-name=node.heapprofile --heap-prof-interval=4096 program.js
keep node.heapprofile node.heapprofile

# Without the text of Node's own scripts, and, nm being out of reach, without the names in its libraries.
node --prof --no-logfile-per-isolate --logfile=all.log program.js 60
grep -v '^script-source,' all.log > v8.log
mkdir empty
node=$(command -v node)
PATH=$work/empty "$node" --prof-process --preprocess v8.log > v8.json
PATH=$work/empty "$node" --prof-process v8.log > v8.txt
keep v8.json node.v8log.json
sed "s#$work#/tmp/js#g" v8.txt > "$here/node.v8log.txt"

node --trace-event-categories v8,node.async_hooks,node.perf,node.fs.sync,node.bootstrap program.js
keep node_trace.1.log node-trace.json
"$python" -m viztracer --quiet -o viz.json program.py
keep viz.json viztracer.json
py-spy record -r 200 -t -f chrometrace -o py-spy.json -- "$python" -c 'import program; [program.main() for _ in range(60)]'
keep py-spy.json py-spy.json
node chrome.js "$(command -v chromium)" chrome.json
keep chrome.json devtools.json

cd "$here"
for file in node.cpuprofile old.cpuprofile devtools.json; do "$python" reference.py cpu "$file.gz" > "$file.top.tsv"; done
"$python" reference.py heap node.heapprofile.gz > node.heapprofile.top.tsv
for file in node-trace.json viztracer.json py-spy.json devtools.json; do "$python" reference.py trace "$file.gz" > "${file%.json}.trace.tsv"; done
