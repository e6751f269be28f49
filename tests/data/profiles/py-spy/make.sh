#!/bin/sh
# Makes the recording of py-spy (PyPI) in its format `raw`, which is folded stacks with lines. Made with the version that versions.txt
# names.
set -eu
cd "$(dirname "$0")"
here=$PWD
work=/tmp/pf
rm -rf "$work" && mkdir "$work"
trap 'rm -rf "$work"' EXIT
cp ../austin/work.py "$work"
py-spy --version > versions.txt
cd "$work"
py-spy record --format raw --rate 200 --threads --subprocesses -o raw.txt -- /usr/bin/python3 -I -S work.py two > /dev/null 2>&1
py-spy record --format raw --rate 200 --function -o function.txt -- /usr/bin/python3 -I -S work.py > /dev/null 2>&1
gzip -9 -n < raw.txt > "$here/raw.txt.gz"
gzip -9 -n < function.txt > "$here/function.txt.gz"
