#!/bin/sh
# Makes the profiles of this folder and, beside each, what the producer's own tool prints of it. What it needs, with the versions that
# versions.txt names: firefox-esr, ruby with ruby-stackprof, ghc with ghc-prof (Debian); pyinstrument (PyPI) for Debian's python3;
# @firefox-devtools/profiler-cli with a node of at least 24 (npm), whose command is in PROFILER_CLI; cargo for the crate that samply
# writes its profiles with.
# usage: make.sh [firefox|crate|ruby|python|haskell]…    all of them without a word
set -eu
cd "$(dirname "$0")"
here=$PWD
work=/tmp/tg-web
: "${PROFILER_CLI:=profiler-cli}"
rm -rf "$work"
mkdir "$work"
trap 'rm -rf "$work"' EXIT

firefox() {
    mkdir "$work/firefox"
    cp firefox.html "$work/firefox/page.html"
    (cd "$work/firefox" && python3 "$here/firefox.py" "file://$work/firefox/page.html" "$work/firefox/whole.json")
    python3 firefox_cut.py "$work/firefox/whole.json" firefox.gecko.json.gz
    top firefox.gecko.json.gz timing
}

top() { # profile, strategy
    (cd "$work" && HOME=$work python3 "$here/firefox_top.py" "$PROFILER_CLI" "$here/$1" "$2") > "$(echo "$1" | sed 's/\.json.*//').$2.tsv"
}

crate() {
    mkdir -p "$work/crate/src"
    cp fxprof.rs "$work/crate/src/main.rs"
    cat > "$work/crate/Cargo.toml" << EOF
[package]
name = "fxprof"
version = "0.0.0"
edition = "2021"
[dependencies]
fxprof-processed-profile = "0.8"
serde_json = "1"
EOF
    (cd "$work/crate" && cargo run -q > "$work/crate.json")
    top shared.processed.json timing
    top shared.processed.json js-allocations
    gzip -9nc "$work/crate.json" > crate.processed.json.gz
    top crate.processed.json.gz timing
    for strategy in native-allocations native-deallocations-sites native-retained-allocations; do
        top crate.processed.json.gz "$strategy"
    done
}

ruby_() {
    mkdir "$work/ruby"
    cp stackprof.rb "$work/ruby/program.rb"
    (cd "$work/ruby" && ruby program.rb)
    stackprof=$(find /usr/lib -path '*stackprof-*/bin/stackprof' | head -1)
    for kind in raw plain object; do
        ruby "$stackprof" --text --limit 1000 "$work/ruby/stackprof-$kind.dump" > "stackprof-$kind.txt"
        gzip -9nc "$work/ruby/stackprof-$kind.json" > "stackprof-$kind.json.gz"
        gzip -9nc "$work/ruby/stackprof-$kind.dump" > "stackprof-$kind.dump.gz"
    done
}

python_() {
    mkdir "$work/python"
    cp pyinstrument_work.py "$work/python/work.py"
    python3=/usr/bin/python3
    $python3 -m pip download -q --no-deps -d "$work/python" pyinstrument
    $python3 -m zipfile -e "$work"/python/pyinstrument-*.whl "$work/python/site"
    export PYTHONPATH="$work/python/site"
    (cd "$work/python" && $python3 -m pyinstrument -i 0.002 -o work.pyisession work.py > /dev/null 2>&1)
    (cd "$work/python" && $python3 -m pyinstrument --load work.pyisession -r json --show-all -o work.json)
    (cd "$work/python" && $python3 "$here/pyinstrument_top.py" work.pyisession) > pyinstrument.tsv
    gzip -9nc "$work/python/work.pyisession" > pyinstrument.pyisession.gz
    gzip -9nc "$work/python/work.json" > pyinstrument.json.gz
    unset PYTHONPATH
}

haskell() {
    mkdir "$work/haskell"
    cp Work.hs "$work/haskell"
    (cd "$work/haskell" && ghc -v0 -prof -fprof-auto -O1 Work.hs -o work)
    for kind in p pa pj; do
        (cd "$work/haskell" && ./work +RTS "-$kind" -RTS > /dev/null)
        gzip -9nc "$work/haskell/work.prof" > "ghc-$kind.prof.gz"
    done
}

for part in ${*:-firefox crate ruby python haskell}; do
    case $part in ruby | python) part=${part}_ ;; esac
    $part
done
{
    firefox-esr --version 2> /dev/null || true
    $PROFILER_CLI --version 2> /dev/null | sed 's/^/profiler-cli /'
    ruby --version | cut -d' ' -f1,2
    dpkg-query -W -f '${Package} ${Version}\n' ruby-stackprof ghc
    PYTHONPATH=$work/python/site /usr/bin/python3 -m pyinstrument --version 2> /dev/null || true
    echo "fxprof-processed-profile 0.8"
} > "$work/versions" && cp "$work/versions" versions.txt
