#!/usr/bin/env bash
# Checks what bundle.sh lays out: with a stand-in for the program, on any system; on macOS also the signature. Needs python3.
# usage: packaging/macos/test.sh [PROGRAM]        (a stand-in that does nothing)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
program=${1:-}
if [ -z "$program" ]; then
    program=$work/stand-in
    printf '#!/bin/sh\nexit 0\n' >"$program"
    chmod 755 "$program"
fi
# A name with a blank, and an app of an older version that has to go.
out="$work/some folder"
mkdir -p "$out/Tachograph.app/Contents/Old"
"$here/bundle.sh" "$program" "$out"
cmp "$program" "$out/Tachograph.app/Contents/MacOS/tachograph" || [ "$(uname -s)" = Darwin ]

python3 - "$out/Tachograph.app" "$here/../.." <<'PYTHON'
import pathlib, plistlib, re, struct, sys

app, root = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
contents = app / "Contents"
text = (contents / "Info.plist").read_text()
assert "@" not in re.sub(r"<!--.*?-->", "", text, flags=re.S), "something in Info.plist is not filled in"
plist = plistlib.loads(text.encode())
version = re.search(r'^version = "(.*)"', (root / "Cargo.toml").read_text(), re.M)[1]

assert plist["CFBundleIdentifier"] == "org.tachograph.Tachograph"
assert plist["CFBundlePackageType"] == "APPL" and (contents / "PkgInfo").read_bytes() == b"APPL????"
assert plist["CFBundleShortVersionString"] == version
assert re.fullmatch(r"\d+\.\d+\.\d+", plist["CFBundleVersion"])
assert re.fullmatch(r"\d+\.\d+", plist["LSMinimumSystemVersion"])
assert plist["NSHighResolutionCapable"] is True
assert not [key for key in plist if "Network" in key or "Transport" in key or "UsageDescription" in key], "a key that nothing here needs"
program = contents / "MacOS" / plist["CFBundleExecutable"]
assert program.is_file() and program.stat().st_mode & 0o111 == 0o111

declared = {kind["UTTypeIdentifier"] for kind in plist["UTImportedTypeDeclarations"]}
opened = [kind for group in plist["CFBundleDocumentTypes"] for kind in group["LSItemContentTypes"]]
assert len(opened) == len(set(opened)), "a kind is named twice"
assert {kind for kind in opened if kind.startswith("org.tachograph.")} == declared
for group in plist["CFBundleDocumentTypes"]:
    assert (group["CFBundleTypeRole"], group["LSHandlerRank"]) == ("Viewer", "Alternate"), group
for kind in plist["UTImportedTypeDeclarations"]:
    assert kind["UTTypeConformsTo"] and kind["UTTypeTagSpecification"]["public.filename-extension"]

icon = (contents / "Resources" / (plist["CFBundleIconFile"] + ".icns")).read_bytes()
assert icon[:4] == b"icns" and struct.unpack(">I", icon[4:8])[0] == len(icon)
place, found = 8, {}
while place < len(icon):
    letters, length = icon[place : place + 4].decode(), struct.unpack(">I", icon[place + 4 : place + 8])[0]
    picture = icon[place + 8 : place + length]
    if picture.startswith(b"\x89PNG"):
        found[letters] = struct.unpack(">II", picture[16:24])
    place += length
assert place == len(icon), "the last picture of the icon is cut off"
for letters, size in {"ic11": 32, "ic12": 64, "ic07": 128, "ic13": 256, "ic08": 256, "ic14": 512, "ic09": 512}.items():
    assert found.get(letters) == (size, size), f"the icon has no picture {letters} of {size}×{size}: {found}"

resources = {path.name for path in (contents / "Resources").iterdir()}
for wanted in ("LICENSE-MIT", "LICENSE-APACHE", "Inter-LICENSE.txt", "JetBrainsMono-LICENSE.txt", "NotoSansDevanagari-LICENSE.txt", "Phosphor-LICENSE.txt"):
    assert wanted in resources, f"{wanted} is missing"
assert not (contents / "Old").exists(), "parts of an older app are left"
assert not [path for path in app.rglob("*") if path.is_symlink()]
print(f"Info.plist: {len(plist)} keys, version {version}, opens {len(opened)} kinds; icon: {len(found)} pictures, {len(icon)} bytes")
PYTHON

if command -v plutil >/dev/null; then plutil -lint "$out/Tachograph.app/Contents/Info.plist"; fi
if command -v codesign >/dev/null; then codesign --verify --strict --verbose "$out/Tachograph.app"; fi
if "$here/bundle.sh" "$work/none" "$out" 2>/dev/null; then
    echo "A program that is not there was not noticed." >&2
    exit 1
fi
echo "The app is laid out as it should be."
