#!/usr/bin/env bash
# Packs tachograph.exe for Windows, on Debian or Ubuntu: an installer, a portable ZIP archive, their check sums, and manifests for winget.
# The same program and commit give the same files, byte for byte. Prints what was made, with sizes.
# usage: packaging/windows/package.sh [tachograph.exe [FOLDER]]     (built by build.sh; ~/.cache/tachograph-target-windows/packages)
#
# SOURCE_DATE_EPOCH  time that files get, in seconds since 1970 (that of the last commit)
# SIZE_LIMITS=off    takes a program or installer of any size and packs it loosely but quickly: for builds that are not optimised
# NOTICES            file with the notices of the Rust libraries in it (made by ../linux/notices.sh, which needs their sources)
# DOWNLOAD_URL       folder on the web that the installer will be in, for winget. There is none yet, so a name that cannot exist stands in.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=../linux/setup.sh
. "$here/../linux/setup.sh"
ensure_packages nsis zip imagemagick
exe=${1:-} out=${2:-${CARGO_TARGET_DIR:-$HOME/.cache/tachograph-target-windows}/packages}
url=${DOWNLOAD_URL:-https://downloads.invalid/tachograph}
# Bytes that nobody has to wait long for; MB are 10^6 bytes.
most_exe=60000000 most_installer=20000000
squeeze=-9 compressor=lzma
if [ "${SIZE_LIMITS:-}" = off ]; then squeeze=-1 compressor=zlib; fi

if [ -z "$exe" ]; then
    exe=$("$here/build.sh" | tail -1)
fi
if [ ! -f "$exe" ]; then
    echo "There is no program $exe; packaging/windows/build.sh makes one." >&2
    exit 1
fi
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -1)
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct 2>/dev/null || stat -c %Y "$root/Cargo.toml")
fi
export SOURCE_DATE_EPOCH TZ=UTC

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
stage=$work/stage portable=$work/portable
mkdir -p "$out" "$stage/licences" "$portable"
out=$(realpath "$out")

# Text as Windows writes it.
text() {
    sed 's/\r*$/\r/' "$1" >"$2"
}

# too_large FILE BYTES WHAT
too_large() {
    local size
    size=$(stat -c %s "$1")
    [ "${SIZE_LIMITS:-}" = off ] || [ "$size" -le "$2" ] || {
        echo "$3 is too large: $size bytes, at most $2. See what came into the build; SIZE_LIMITS=off lets it pass." >&2
        exit 1
    }
}

# endings LIST: the endings in one of the lists that the window's Open dialog uses, so that nothing is registered that it cannot open.
endings() {
    local found
    found=$(tr -d '\n' <"$root/src/app/tabs/mod.rs" | sed -n "s/.*const $1: [^=]*= *\[\([^]]*\)\].*/\1/p" | grep -o '[a-z0-9]*')
    if [ "$(wc -l <<<"$found")" -lt 4 ]; then
        echo "The list $1 was not found in src/app/tabs/mod.rs; tell packaging/windows/package.sh where it is now." >&2
        exit 1
    fi
    echo "$found"
}
tables=$(endings OPENED_TABLES)
profiles=$(endings OPENED_PROFILES)

# What is installed, and what goes into the archive too.
too_large "$exe" $most_exe "The program"
install -m 755 "$exe" "$stage/tachograph.exe"
text "$root/LICENSE-MIT" "$stage/LICENSE-MIT.txt"
text "$root/LICENSE-APACHE" "$stage/LICENSE-APACHE.txt"
for licence in "$root"/assets/fonts/*-LICENSE.txt; do
    name=$(basename "$licence")
    text "$licence" "$stage/licences/${name%-LICENSE.txt} (font).txt"
done
text "$root/assets/icons/LICENSE.txt" "$stage/licences/Phosphor (icons).txt"
if [ -z "${NOTICES:-}" ]; then
    ensure_rust
    "$here/../linux/notices.sh" x86_64-pc-windows-gnu >"$work/notices"
    NOTICES=$work/notices
fi
text "$NOTICES" "$stage/licences/Rust libraries.txt"
cp -R "$stage/." "$portable"
printf '%s\r\n' 'While this file lies beside tachograph.exe, the program keeps everything in the folder "settings" here.' >"$portable/portable.txt"
text /dev/stdin "$portable/README.txt" <<README
Tachograph $version, portable

Unpack it into a folder that you may write to, then start tachograph.exe. Nothing has to be installed.
Settings, recent files, recordings and cache stay in the folder "settings" beside it, because portable.txt is there.
To take Tachograph along, copy the whole folder; to remove it, delete the folder.

It needs 64-bit Windows 10 or newer. It is not signed yet: where Windows holds it back, choose "More info", then "Run anyway".
In a terminal, "tachograph --help" shows what it does without a window.

Licence: MIT or Apache-2.0, as you like; see the LICENSE files. Fonts, icons and libraries: see the folder "licences".
README
find "$stage" "$portable" -type f ! -name '*.exe' -exec chmod 644 {} +
find "$stage" "$portable" -exec touch -d "@$SOURCE_DATE_EPOCH" {} +

# What the installer writes and takes away again, from what there is.
nsis_lists() {
    local file ending
    echo '!macro InstallFiles'
    (cd "$stage" && find . -maxdepth 1 -type f ! -name '*.exe' -printf '%f\n' | LC_ALL=C sort) | while read -r file; do
        echo "    File \"\${STAGE}/$file\""
    done
    echo "    SetOutPath \"\$INSTDIR\\licences\""
    (cd "$stage/licences" && find . -type f -printf '%f\n' | LC_ALL=C sort) | while read -r file; do
        echo "    File \"\${STAGE}/licences/$file\""
    done
    echo '!macroend'
    echo '!macro DeleteFiles FOLDER'
    (cd "$stage" && find . -type f -printf '%P\n' | LC_ALL=C sort) | while read -r file; do
        echo "    Delete \"\${FOLDER}\\${file//\//\\}\""
    done
    echo '!macroend'
    echo '!macro EachEnding DO'
    for ending in $tables; do echo "    !insertmacro \${DO} .$ending Table"; done
    for ending in $profiles; do echo "    !insertmacro \${DO} .$ending Profile"; done
    echo '!macroend'
}
nsis_lists >"$work/files.nsh"

# The byte order mark tells that it is UTF-8.
{
    printf '\xef\xbb\xbf'
    printf '%s\r\n' 'Tachograph may be used under either of these licences, as you like: MIT or Apache-2.0.' ''
    cat "$stage/LICENSE-MIT.txt"
    printf '\r\n%s\r\n\r\n' '----------------------------------------------------------------------'
    cat "$stage/LICENSE-APACHE.txt"
} >"$work/licence.txt"

# The picture beside the first and the last page.
convert -size 164x314 'xc:#14171c' "$root/assets/icon/tachograph-128.png" -gravity center -composite -alpha off -type TrueColor "BMP3:$work/side.bmp"
touch -d "@$SOURCE_DATE_EPOCH" "$work/side.bmp"

setup=$out/Tachograph-$version-setup.exe
zip=$out/Tachograph-$version-windows-x64-portable.zip
rm -f "$setup" "$zip"
kb=$(du -sk --apparent-size "$stage" | cut -f1)
if ! makensis -V2 -INPUTCHARSET UTF8 -DCOMPRESSOR=$compressor -DVERSION="$version" -DNUMBERS="${version%%-*}.0" -DSTAGE="$stage" -DSIDE="$work/side.bmp" -DOUT="$setup" \
    -DICON="$root/assets/icon/tachograph.ico" -DSIZE_KB="$kb" "$here/installer.nsi" >"$work/said" 2>&1; then
    echo "The installer could not be made:" >&2
    tail -20 "$work/said" >&2
    exit 1
fi
too_large "$setup" $most_installer "The installer"

(cd "$portable" && find . -type f -printf '%P\n' | LC_ALL=C sort | zip -q -X $squeeze "$zip" -@)
(cd "$out" && sha256sum "$(basename "$setup")" "$(basename "$zip")" >SHA256SUMS)

# Manifests for winget. Their address is made up while DOWNLOAD_URL is not given.
id=Tachograph.Tachograph
mkdir -p "$out/winget"
extensions=$(LC_ALL=C sort -u <<<"$tables"$'\n'"$profiles" | sed 's/.*/- &\\/; $s/.$//')
for kind in version installer defaultLocale; do
    case $kind in
    version) name=$id.yaml ;;
    installer) name=$id.installer.yaml ;;
    *) name=$id.locale.en-US.yaml ;;
    esac
    sed -e "s|@ID@|$id|" -e "s|@VERSION@|$version|" -e "s|@DATE@|$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)|" \
        -e "s|@URL@|$url/$(basename "$setup")|" -e "s|@EXTENSIONS@|$extensions|" \
        -e "s|@SHA256@|$(sha256sum "$setup" | cut -c1-64 | tr a-f A-F)|" "$here/winget/$kind.yaml.in" >"$out/winget/$name"
done

for file in "$setup" "$zip" "$out/SHA256SUMS" "$out"/winget/*; do
    printf '%12d  %s\n' "$(stat -c %s "$file")" "$file"
done
