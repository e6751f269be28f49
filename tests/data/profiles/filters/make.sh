#!/bin/sh
# Prints what `go tool pprof -top` answers to cases.txt: for each case its line, then flat, cum and name of every function. Needs Go, and
# for those profiles that are not part of this project the folder that SHARED names.
set -eu
cd "$(dirname "$0")"
here=$PWD
find_profile() {
    for folder in "$here/.." "$here/../../../../assets/samples" "${SHARED:-$here/../../../../../shared/data/profiles}"; do
        if [ -f "$folder/$1" ]; then echo "$folder/$1"; return; fi
    done
    echo "$1 is not there" >&2
    exit 1
}
grep -v '^#' cases.txt | while read -r profile type unit options; do
    echo "# $profile $type $unit $options"
    # shellcheck disable=SC2086 # options are several words; none has a blank or a star that is a file's name
    (set -f; go tool pprof -top -symbolize=none -sample_index="$type" -unit="$unit" -nodecount=1000000 -nodefraction=0 -edgefraction=0 \
        $options "$(find_profile "$profile")") 2> /dev/null |
        awk 'seen { line = $1 " " $4; for (n = 6; n <= NF; n++) line = line " " $n; print line } $1 == "flat" { seen = 1 }'
done | gzip -9n > printed.txt.gz
