#!/usr/bin/env bash
# Makes the fonts in this folder and the icon font in ../icons anew from their published packages.
# Needs npm, python3 with venv, and the network. What it writes is the same to the byte for the same versions.
# usage: assets/fonts/make.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

packages=(inter-ui@4.1.1 jetbrains-mono@1.0.6 @fontsource/jetbrains-mono@5.3.0 @expo-google-fonts/noto-sans-devanagari@0.4.1 @phosphor-icons/web@2.1.2)
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q --disable-pip-version-check install fonttools==4.68.0 brotli==1.2.0
(cd "$work" && npm pack --silent "${packages[@]}" >/dev/null)
for archive in "$work"/*.tgz; do
    mkdir "${archive%.tgz}"
    tar -C "${archive%.tgz}" -xzf "$archive" --strip-components=1
done

# Dates inside the fonts come from the sources, not from the clock.
export SOURCE_DATE_EPOCH=1700000000
"$work/venv/bin/python" "$here/subset.py" "$work" "$here" "$here/../icons"
cp "$work/inter-ui-4.1.1/LICENSE.txt" "$here/Inter-LICENSE.txt"
cp "$work/fontsource-jetbrains-mono-5.3.0/LICENSE" "$here/JetBrainsMono-LICENSE.txt"
cp "$work/expo-google-fonts-noto-sans-devanagari-0.4.1/LICENSE_FONT" "$here/NotoSansDevanagari-LICENSE.txt"
cp "$work/phosphor-icons-web-2.1.2/LICENSE" "$here/../icons/LICENSE.txt"
chmod 644 "$here"/*.txt "$here"/*.ttf "$here"/../icons/*.t*
ls -l "$here"/*.ttf "$here"/../icons/*.ttf
