#!/usr/bin/env bash
# Kills the program (kill -9) again and again while it exports a table, and checks each time that under the target's name there is
# nothing, the old file or the whole new one, and that the source is as it was.
# usage: packaging/trials/kill_export.sh TABLE [ROUNDS] [PROGRAM]        (200 rounds)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
table=$(realpath "${1:?usage: kill_export.sh TABLE [ROUNDS] [PROGRAM]}") rounds=${2:-200}
# shellcheck source=common.sh
. "$here/common.sh"
tachograph=$(program "${3:-}")
source=$work/source.${table##*.}
cp "$table" "$source"
sum() { sha256sum "$1" | cut -d' ' -f1; }
source_sum=$(sum "$source") source_time=$(stat -c %Y.%s "$source")

export_to() { "$tachograph" optimize "$source" --out "$1" --quiet >/dev/null 2>&1; }

failed=0 kept=0 fresh=0 absent=0
for format in parquet csv; do
    out=$work/out-$format
    mkdir "$out"
    target=$out/table.$format
    # Once without a kill, to warm the cache and to know the whole file; twice, to know that it is always the same.
    export_to "$target"
    whole=$(sum "$target")
    start=$(date +%s%N)
    export_to "$target"
    span=$((($(date +%s%N) - start) / 1000000))
    if [ "$(sum "$target")" != "$whole" ]; then
        echo "Two exports as $format differ, so a whole one cannot be told from a part." >&2
        exit 1
    fi
    for ((i = 0; i < rounds / 2; i++)); do
        # Every other time there is an old file to be replaced.
        rm -f "$target"
        old=
        if ((i % 2)); then
            echo "old file $i" >"$target"
            old=$(sum "$target")
        fi
        "$tachograph" optimize "$source" --out "$target" --quiet >/dev/null 2>&1 &
        pid=$!
        # From the start to a little past the end; two thirds of the kills in the second half, where the file is written.
        ms=$(((RANDOM * 32768 + RANDOM) % (span + span / 10 + 1)))
        if ((i % 3)); then ms=$((span / 2 + ms / 2)); fi
        sleep "$(awk -v ms=$ms 'BEGIN { print ms / 1000 }')"
        kill -9 "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
        if [ ! -e "$target" ]; then
            if [ -n "$old" ]; then
                echo "round $i, $format, killed after $ms ms: the old file is gone" >&2
                failed=$((failed + 1))
            fi
            absent=$((absent + 1))
        elif [ "$(sum "$target")" = "$whole" ]; then
            fresh=$((fresh + 1))
        elif [ -n "$old" ] && [ "$(sum "$target")" = "$old" ]; then
            kept=$((kept + 1))
        else
            echo "round $i, $format, killed after $ms ms: half a file of $(stat -c %s "$target") bytes" >&2
            failed=$((failed + 1))
        fi
    done
    echo "$format: export takes $span ms; temporary files left by the kills: $(find "$out" -name '.*.tmp' | wc -l)"
done
if [ "$(sum "$source")" != "$source_sum" ] || [ "$(stat -c %Y.%s "$source")" != "$source_time" ]; then
    echo "the source was changed" >&2
    failed=$((failed + 1))
fi
echo "killed $((rounds / 2 * 2)) times: target absent $absent, old kept $kept, whole new file $fresh, wrong $failed"
[ "$failed" = 0 ]
