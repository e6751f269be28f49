#!/usr/bin/env bash
# Makes the samples anew: the table (same bytes each time) and, with `make.sh profile`, a CPU profile of sample-program (a real recording,
# so its figures differ from run to run). Needs python3 with venv and the network; the profile needs Go.
# usage: assets/samples/make.sh [profile]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q --disable-pip-version-check install XlsxWriter==3.2.9
"$work/venv/bin/python" "$here/make.py" "$here"
if [ "${1:-}" = profile ]; then
    (cd "$here/sample-program" && GOFLAGS=-trimpath GO111MODULE=on go build -o "$work/sample" .)
    "$work/sample" "$here/sample.pb.gz"
fi
ls -l "$here"
