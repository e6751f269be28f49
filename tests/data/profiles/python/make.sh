#!/bin/bash
# Makes the profiles of Python's profilers in this folder and, beside each, what the reference prints of it. Needs Python 2.7 and some
# Pythons 3, named in PYTHONS (folders with bin/python, such as those of pyenv), and packages from PyPI, installed here into virtual
# environments, or found in VENV (Python 3.11 or later) and VENV_OLD (Python 3.8 with line_profiler 3).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${PYTHONS:=$HOME/.pyenv/versions/2.7.18 $HOME/.pyenv/versions/3.6.15 $HOME/.pyenv/versions/3.8.18 $HOME/.pyenv/versions/3.11.7 $HOME/.pyenv/versions/3.13.0}"
work=/tmp/w
rm -rf $work && mkdir -p $work && trap 'rm -rf $work' EXIT
cp "$here"/*.py $work && cd $work
export PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0
: > versions.txt
for python in $PYTHONS; do
    # Reached through a link, so that no folder of the maker is in the files.
    ln -s "$python" "p$("$python/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
    "$python/bin/python" -V >> versions.txt 2>&1
done
newest=p3.11/bin/python

reference() { # profile, python
    "$2" table.py pstats "$1" > "$1.table.txt"
    "$2" -c "import pstats; pstats.Stats('$1').sort_stats('time').print_stats()" > "$1.print.txt"
}
for version in 2.7 3.6 3.11 3.13; do
    name=cprofile-$version.prof
    p$version/bin/python -c "import cProfile, work; p = cProfile.Profile(); p.runcall(work.main); p.dump_stats('$name')"
    reference $name p$version/bin/python
done
for version in 2.7 3.11; do
    name=profile-$version.pstats
    p$version/bin/python -c "import profile, work; p = profile.Profile(); p.runcall(work.main); p.dump_stats('$name')"
    reference $name p$version/bin/python
done
# A wrong calibration gives times below zero, as the documentation of `profile` warns.
$newest -c "import profile, work; p = profile.Profile(bias=9e-6); p.runcall(work.main); p.dump_stats('negative.prof')"
reference negative.prof $newest
$newest -c "import cProfile; cProfile.Profile().dump_stats('empty.prof')"
# The older marshal versions: Python 2.3 wrote 0 (numbers as text), Python 2.4 wrote 1.
for version in 0 1; do
    p2.7/bin/python -c "import marshal; d = marshal.load(open('cprofile-2.7.prof', 'rb')); marshal.dump(d, open('marshal-$version.prof', 'wb'), $version)"
    reference marshal-$version.prof p2.7/bin/python
done

if [ -n "${VENV:-}" ]; then ln -s "$VENV" venv; else
    "$(readlink -f $newest)" -m venv venv && venv/bin/pip install -q line_profiler==5.1.0 memory_profiler==0.61.0 scalene==2.4.0
fi
if [ -n "${VENV_OLD:-}" ]; then ln -s "$VENV_OLD" old; else
    "$(readlink -f p3.8/bin/python)" -m venv old && old/bin/pip install -q line_profiler==3.5.1
fi
for name in venv old; do
    $name/bin/python -V >> versions.txt
    $name/bin/python -m pip list 2> /dev/null | grep -E '^(line.profiler|memory.profiler|psutil|scalene) ' >> versions.txt
done

for name in venv:lines-5.lprof old:lines-3.lprof; do
    ${name%:*}/bin/python -m kernprof -l -o ${name#*:} lines.py > /dev/null
    venv/bin/python -m line_profiler -u 1e-9 ${name#*:} > ${name#*:}.print.txt
done
for protocol in 2 3 4; do
    venv/bin/python -c "import pickle; pickle.dump(pickle.load(open('lines-5.lprof', 'rb')), open('lines-protocol-$protocol.lprof', 'wb'), $protocol)"
done

venv/bin/python -m mprof run -T 0.02 -o memory.dat memory.py > /dev/null
venv/bin/python -m mprof run -T 0.02 -M -o memory-children.dat memory.py children > /dev/null
venv/bin/python -m mprof run -T 0.02 --nopython -o memory-plain.dat p3.11/bin/python memory.py > /dev/null
for name in memory memory-children memory-plain; do
    venv/bin/python -m mprof peak $name.dat > $name.dat.peak.txt
done
for name in small large; do
    venv/bin/python -m mprof peak --func __main__.$name memory.dat >> memory.dat.peak.txt
done

for version in 3.6 3.8 3.11; do
    p$version/bin/python allocations.py tracemalloc-$version.snapshot 8
    p$version/bin/python table.py tracemalloc tracemalloc-$version.snapshot > tracemalloc-$version.snapshot.table.txt
done
$newest allocations.py tracemalloc-1.snapshot 1
$newest table.py tracemalloc tracemalloc-1.snapshot > tracemalloc-1.snapshot.table.txt
# The libraries that scalene names lie in a folder of the maker.
for name in scalene:"" scalene-cpu:--cpu-only; do
    venv/bin/python -m scalene run ${name#*:} --outfile ${name%:*}.json scalene_work.py > /dev/null 2>&1
    sed -i 's|"[^"]*/lib/libpython|"/usr/lib/libpython|' ${name%:*}.json
    venv/bin/python -m scalene view --cli ${name%:*}.json 2> /dev/null | sed 's/\x1b\[[0-9;]*m//g' > ${name%:*}.json.gz.print.txt
    gzip -9n ${name%:*}.json
done
mv ./*.json.gz ./*.prof ./*.pstats ./*.lprof ./*.dat ./*.snapshot ./*.txt "$here"
