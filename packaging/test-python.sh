#!/usr/bin/env bash
# Makes the Python that the tests of written code and files use: pandas, polars, DuckDB, PyArrow and openpyxl, apart from the system's own.
# usage: packaging/test-python.sh
# TACHOGRAPH_PYTHON: a Python that has these libraries already; then nothing is made
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=linux/setup.sh
. "$here/linux/setup.sh"

folder=$HOME/.cache/tachograph-python
libraries=(pandas polars duckdb pyarrow openpyxl)

if [ -n "${TACHOGRAPH_PYTHON:-}" ]; then
    exit 0
fi
if "$folder/bin/python" -c 'import duckdb, openpyxl, pandas, polars, pyarrow' 2>/dev/null; then
    exit 0
fi
if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    ensure_packages python3 python3-venv
fi
echo "Making a Python with ${libraries[*]} in $folder" >&2
if ! python3 -m venv "$folder" || ! "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "${libraries[@]}"; then
    echo "The libraries could not be installed, so the tests that need them are skipped. Check the connection, then run this again: packaging/test-python.sh" >&2
    exit 1
fi
