#!/bin/sh
# Makes the speedscope files in this folder and, beside each, what the viewer's own code makes of it: a line for each profile and,
# for each of its frames, own and total weight. Needs Python with venv, Node with npm; made with
# the versions that versions.txt names.
set -eu
cd "$(dirname "$0")"
here=$PWD
export LC_ALL=C.UTF-8
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q py-spy pyinstrument speedscope austin-dist==3.7.0 'austin-python<2'
npm install --silent --no-audit --no-fund --prefix "$work/npm" speedscope
bundle=$(ls "$work"/npm/node_modules/speedscope/dist/release/speedscope-*.js)
cp program.py traced.py "$work"
cd "$work"

py=venv/bin
$py/py-spy record -d 1 -r 60 -t -f speedscope -o py-spy.json -- $py/python program.py 2 > /dev/null
$py/pyinstrument -r speedscope -i 0.01 -o pyinstrument.json program.py 0.5
$py/python traced.py pyspeedscope.json
$py/austin -i 20ms -o austin.txt $py/python program.py 0.6 > /dev/null 2>&1
$py/austin2speedscope austin.txt austin.json
node "$here/viewer.mjs" "$bundle" export py-spy.json > viewer.json

for name in py-spy pyinstrument pyspeedscope austin viewer; do
    # No path of the machine it was made on.
    sed -i "s|$work/||g; s|$work|work|g; s|\"/[^\"]*/lib/python3|\"lib/python3|g" $name.json
    node "$here/viewer.mjs" "$bundle" top $name.json > $name.top.txt
    gzip -9nc $name.json > "$here/$name.speedscope.json.gz"
    cp $name.top.txt "$here"
done
for name in py-spy pyinstrument austin; do node "$here/viewer.mjs" "$bundle" callers $name.json > "$here/$name.callers.txt"; done
{
    $py/pip list --format=freeze | grep -iE '^(py-spy|pyinstrument|speedscope|austin)'
    node -p "'speedscope (npm) ' + require('./npm/node_modules/speedscope/package.json').version"
    python3 --version
} > "$here/versions.txt"
