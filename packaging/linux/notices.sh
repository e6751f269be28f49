#!/usr/bin/env bash
# Prints the notices of the Rust libraries that are linked into the program: each with its licence, then the texts, each once.
# The sources of the libraries are on this machine after a build.
# usage: packaging/linux/notices.sh [TARGET]        (the machine's own)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
target=${1:-$(rustc -vV | sed -n 's/^host: //p')}
sources=${CARGO_HOME:-$HOME/.cargo}/registry/src
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# macOS has the one, Linux the other.
digest() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -c1-64; }
mkdir "$work/texts" "$work/names"

cargo tree --locked --quiet --edges normal,no-proc-macro --target "$target" --prefix none --format '{p}|{l}' |
    sed -n 's/ (\*)$//; s/^\([^ ]*\) v\([^ |]*\)[^|]*|\(.*\)$/\1 \2 \3/p' | grep -v '^tachograph ' | LC_ALL=C sort -u >"$work/list"

echo "Tachograph is linked with the Rust libraries below. Where a licence offers a choice, any of it may be taken."
echo "Their sources are on crates.io under these names and versions."
echo
missing=0
while read -r name version licence; do
    printf '%-40s %s\n' "$name $version" "${licence:-see its text}"
    found=
    while IFS= read -r file; do
        # The same words count as the same text.
        key=$(tr -s '[:space:]' ' ' <"$file" | digest)
        [ -e "$work/texts/$key" ] || tr -d '\r' <"$file" >"$work/texts/$key"
        echo "$name $version" >>"$work/names/$key"
        found=1
    done < <(find "$sources"/*/"$name-$version" -maxdepth 2 -type f \
        \( -iname 'licen[sc]e*' -o -iname 'copying*' -o -iname 'copyright*' -o -iname 'notice*' -o -iname 'unlicense*' -o -iname 'ofl*' -o -iname 'ufl*' \) \
        ! -name '*.rs' ! -name '*.ttf' 2>/dev/null | LC_ALL=C sort)
    if [ -z "$found" ]; then missing=$((missing + 1)); fi
done <"$work/list"
echo
echo "$(($(wc -l <"$work/list"))) libraries; $missing of them come without a text, their licence is the one named above."

# By the first library each came with.
for key in $(cd "$work/names" && LC_ALL=C grep -m 1 -H . ./* | LC_ALL=C sort -t: -k2,2 -k1,1 | sed 's|^\./\([^:]*\):.*|\1|'); do
    printf '\n%s\n' "--------------------------------------------------------------------------------"
    uniq "$work/names/$key" | paste -sd , - | sed 's/,/, /g' | fold -s -w 100
    printf '%s\n\n' "--------------------------------------------------------------------------------"
    cat "$work/texts/$key"
done
if [ "$missing" = "$(wc -l <"$work/list")" ]; then
    echo "No source of a library was found in $sources. Build the program on this machine first." >&2
    exit 1
fi
