#!/usr/bin/env bash
# Opens large profiles with `profile --top 20`, whole processes, nothing cached: median time, megabytes of file for each second and core,
# peak memory beside the file's size; then the time that the named peer takes where one reads the kind: `go tool pprof -top` for pprof,
# Node's JSON.parse, which is what viewers in a browser begin with, for JSON, perl's sum by leaf for folded stacks.
# usage: packaging/trials/large_profiles.sh [-r RUNS] [-p PROGRAM] PROFILE…        (3 runs)
# The files for the figures in benches/README.md are made by a script that walks at random over a call graph: 300,000 samples.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
runs=3 asked=''
while getopts r:p: option; do
    case $option in
        r) runs=$OPTARG ;;
        p) asked=$OPTARG ;;
        *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
# shellcheck source=common.sh
. "$here/common.sh"
tachograph=$(program "$asked")

# What else reads such a file, if it is here.
peer() {
    case $1 in
        *.pb.gz | *.pprof) command -v go >/dev/null && echo "go tool pprof -top -nodecount=20 $1" ;;
        *.json | *.cpuprofile) command -v node >/dev/null && echo "node --max-old-space-size=16000 -e JSON.parse(fs.readFileSync('$1'))" ;;
        *.folded) command -v perl >/dev/null && echo "perl -lane \$n=pop(@F);\$s{(split/;/,\"@F\")[-1]}+=\$n;END{print\"\$_,\$s{\$_}\"for(keys%s)} $1" ;;
    esac
    return 0
}

for profile in "$@"; do
    profile=$(realpath "$profile") name=$(basename "$profile")
    for ((i = 0; i < runs; i++)); do
        # Core by core: all of the work on one, so that the figure is one of a core.
        measure "$name" taskset -c 0 "$tachograph" profile "$profile" --top 20 --json --quiet --no-cache
    done
    bytes=$(stat -c %s "$profile")
    awk -v n="$name" -v b="$bytes" -v s="$(median "$name" 1)" -v m="$(median "$name" 2)" \
        'BEGIN { printf "%-22s %7.1f MB  %6.2f s  %5.0f MB/s  peak %6.0f MB (%.2f of the file)\n", n, b / 1e6, s, b / 1e6 / s, m * 1.048576, m * 1048576 / b }'
    read -ra other <<<"$(peer "$profile")"
    [ "${#other[@]}" -gt 0 ] || continue
    # A peer may not be able to: then that is the answer.
    if /usr/bin/time -f '%e %M' -o "$work/time" taskset -c 0 "${other[@]}" >/dev/null 2>"$work/peer.err"; then
        awk -v o="${other[0]}" -v s="$(median "$name" 1)" -v m="$(median "$name" 2)" \
            '{ printf "%-22s %18.2f s (%.1f × ours), peak %.0f MB (%.1f × ours)\n", "  " o, $1, $1 / s, $2 * 1024 / 1e6, $2 / 1024 / m }' "$work/time"
    else
        echo "  ${other[0]} cannot: $(grep -m1 -E 'Error|error|RangeError' "$work/peer.err" || tail -1 "$work/peer.err")"
    fi
done
