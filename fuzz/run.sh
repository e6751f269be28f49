#!/usr/bin/env bash
# Looks for files that the readers take amiss: coverage-guided fuzzing of each reader with libFuzzer. See README.md beside this file.
# usage: fuzz/run.sh [seconds for each target] [target…]
#   FUZZ_SEED=7      the same random numbers each time (a short form for a check that should not surprise)
#   FUZZ_PROGRAM=…   the program as it was built before; nothing is built
# Ends with 1 when a file was found; it lies in fuzz/findings then.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tables=(csv gz zst xlsx xlsb xls ods parquet arrow)
texts=(folded trace cpuprofile heapprofile v8log speedscope firefox gecko stackprof pyinstrument ghc instruments tracy hprof perf-script austin
    heap callgrind massif dhat heaptrack gprof mprof scalene xhprof jstack)
binaries=(pprof perf-data mojo cpu pstats lprof tracemalloc jfr nettrace)
known=("${tables[@]}" "${texts[@]}" "${binaries[@]}") targets=("${tables[@]}" "${texts[@]}" "${binaries[@]}")
seconds=${1:-60}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] && targets=("$@")

build() {
    # The versions of everything that both use are those of the main package.
    if [ "$here/../Cargo.lock" -nt "$here/Cargo.lock" ]; then cp "$here/../Cargo.lock" "$here/Cargo.lock"; fi
    # A target folder of its own: what counts its ways must not be mixed with what does not.
    RUSTC_WRAPPER="$here/rustc.sh" cargo build --manifest-path "$here/Cargo.toml" --target-dir "$here/target"
}

# Unpacks the profiles of a format that lie beside the tests: what is changed is their content.
gather_profiles() {
    local target=$1 into=$2 profiles=$here/../tests/data/profiles pattern file packed
    local -A patterns=(
        [trace]='js/*.json.gz' [cpuprofile]='js/*.cpuprofile.gz' [heapprofile]='js/*.heapprofile.gz' [v8log]='js/*.v8log.json.gz'
        [speedscope]='speedscope/*.gz' [firefox]='web/*.processed.json*' [gecko]='web/*.gecko.json.gz' [stackprof]='web/stackprof-*.gz'
        [pyinstrument]='web/pyinstrument.*.gz' [ghc]='web/ghc-*' [instruments]='web/instruments-*'
        [tracy]='web/tracy-*' [hprof]='web/hprof-*' [perf-data]='perf/*.data.gz' [perf-script]='perf/*.script.txt.gz'
        [austin]='austin/*.austin.gz' [mojo]='austin/*.mojo.gz' [heap]='gperftools/*.[hbmg][elur]*' [cpu]='gperftools/*.prof.gz'
        [callgrind]='valgrind/ca*.out*' [massif]='valgrind/massif.*.out' [dhat]='valgrind/dhat.*.json' [heaptrack]='valgrind/heaptrack.*.gz'
        [gprof]='valgrind/gprof.*.txt' [pstats]='python/*.p*' [lprof]='python/*.lprof' [mprof]='python/*.dat'
        [tracemalloc]='python/*.snapshot' [scalene]='python/scalene*.json.gz' [xhprof]='php/xhprof.*' [jstack]='jvm/threads.txt.gz'
        [jfr]='jvm/*.jfr.gz' [nettrace]='jvm/*.nettrace.gz'
    )
    pattern=${patterns[$target]:-}
    [ -n "$pattern" ] || return 0
    while read -r file; do
        packed=$into/$(basename "$file")
        if [[ $file == *.gz ]]; then gzip -dc "$file" >"${packed%.gz}"; else cp "$file" "$packed"; fi
    done < <(compgen -G "$profiles/$pattern" | grep -vE '\.(print|table|top|peak|raw|inclusive|self)\.txt|\.py$')
}

# The small files beside the tests and, where they are, those of others.
gather_seeds() {
    local ending=$1 into=$2
    mkdir -p "$into"
    [ "$ending" != none ] || return 0
    find "$here/../tests/data/tables" "$here/../tests/data/profiles" "$here/../../shared/data" \
        -type f -size -64k -name "*.$ending" -exec cp -t "$into" {} + 2>/dev/null || true
}

# Ending of the files, the largest size, the words that libFuzzer puts in.
settings() {
    case $1 in
        csv) echo csv 8192 text ;;
        gz) echo csv.gz 8192 text ;;
        zst) echo csv.zst 8192 text ;;
        xlsx | ods) echo "$1" 65536 xml ;;
        xlsb) echo "$1" 65536 none ;;
        xls) echo "$1" 16384 none ;;
        parquet) echo "$1" 8192 none ;;
        arrow) echo "$1" 16384 none ;;
        pprof) echo pb.gz 16384 none ;;
        folded) echo folded 8192 folded ;;
        jfr | nettrace | perf-data) echo none 262144 none ;;
        *) if [[ " ${known[*]} " == *" $1 "* ]]; then echo none 65536 none; return; fi
            echo "there is no target $1; there are ${known[*]}" >&2 && return 1 ;;
    esac
}

fuzz() {
    local target=$1 ending size words options=() from=()
    read -r ending size words < <(settings "$target")
    gather_seeds "$ending" "$folder/seeds-$target"
    gather_profiles "$target" "$folder/seeds-$target"
    mkdir -p "$here/corpus/$target" "$here/findings/$target"
    from=("$here/corpus/$target" "$folder/seeds-$target")
    [ ! -d "$here/../tests/data/fuzz/$target" ] || from+=("$here/../tests/data/fuzz/$target")
    [ "$words" = none ] || options+=(-dict="$here/dictionaries/$words.txt")
    [ -z "${FUZZ_SEED:-}" ] || options+=(-seed="$FUZZ_SEED")
    # Memory goes back and forth without the system being asked each time: five times as many tries.
    FUZZ_TARGET=$target FUZZ_FOLDER=$folder POLARS_MAX_THREADS=1 \
        MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=1073741824 MALLOC_TRIM_THRESHOLD_=1073741824 \
        "$program" -max_total_time="$seconds" -max_len="$size" -len_control=0 -timeout=10 -rss_limit_mb=600 -print_final_stats=1 \
        -artifact_prefix="$here/findings/$target/" "${options[@]}" \
        "${from[@]}" >"$here/findings/$target.log" 2>&1
}

program=${FUZZ_PROGRAM:-$here/target/debug/fuzz}
[ -n "${FUZZ_PROGRAM:-}" ] || build
shared=/dev/shm
[ -w "$shared" ] || shared=${TMPDIR:-/tmp}
folder=$(mktemp -d -p "$shared" tachograph-fuzz.XXXXXX)
trap 'rm -rf "$folder"' EXIT
found=0
for target in "${targets[@]}"; do
    settings "$target" >/dev/null
    if fuzz "$target"; then
        tries=$(sed -n 's/^stat::number_of_executed_units: *//p' "$here/findings/$target.log")
        echo "$target: nothing found in $tries tries"
    else
        found=1
        echo "$target: found a file; see $here/findings/$target.log"
        grep -E '^(SUMMARY|thread |artifact_prefix|==[0-9]+== ERROR)' "$here/findings/$target.log" || true
    fi
done
exit "$found"
