#!/usr/bin/env bash
# Copies cells in LibreOffice Calc and pastes them into the window with Ctrl+V: the table must have the same cells. Calc itself needs no
# screen for that; what it gives other programs as text goes to the clipboard of a screen of its own, on which the window runs.
# usage: packaging/trials/calc_clipboard.sh [PROGRAM]        (release build)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../linux/setup.sh
. "$here/../linux/setup.sh"
# shellcheck source=common.sh
. "$here/common.sh"
command -v soffice >/dev/null || ensure_packages libreoffice-calc-nogui
ensure_packages "${WINDOW_PACKAGES[@]}" python3-uno xclip xvfb xdotool
tachograph=$(program "${1:-}")
screen_pid='' office_pid='' pid=''
finish() {
    # The office program is a child of its launcher.
    [ -z "$office_pid" ] || pkill -P "$office_pid" 2>/dev/null || true
    # shellcheck disable=SC2086
    kill $pid $office_pid $screen_pid 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

cat >"$work/cells.json" <<'JSON'
[["code", "item", "note", "paid"],
 ["00294", "Road \"GSB\" layer", "two\nlines", "31.12.2024"],
 ["00017", "\"all\"", "तकनीकी स्वीकृति", ""],
 ["", "tab\there", "5\" pipe", "x\"\"y"],
 ["9007199254740993", "\"", "", "'"],
 ["", "a \"b\" c", " lead", "日本, a;b"]]
JSON
soffice --headless --norestore --nologo --nofirststartwizard --accept="pipe,name=tachograph-$$;urp;" \
    "-env:UserInstallation=file://$work/profile" >"$work/office" 2>&1 &
office_pid=$!
timeout 180 /usr/bin/python3 "$here/calc_clipboard.py" "tachograph-$$" "$work/cells.json" "$work/range.txt"

mkfifo "$work/number"
Xvfb -displayfd 3 -screen 0 1280x800x24 +extension GLX -nolisten tcp 3>"$work/number" >/dev/null 2>&1 &
screen_pid=$!
read -r number <"$work/number"
export DISPLAY=:$number LIBGL_ALWAYS_SOFTWARE=1
xclip -selection clipboard -in "$work/range.txt"
mkdir -p "$TACHOGRAPH_HOME"
"$tachograph" >/dev/null 2>"$work/said" &
pid=$!
window=$(timeout 60 xdotool search --sync --onlyvisible --name '^Tachograph$' | head -1)
xdotool windowfocus "$window" 2>/dev/null || true
sleep 3
xdotool key --window "$window" ctrl+3
sleep 2
xdotool key --window "$window" ctrl+v
for _ in $(seq 60); do
    pasted=$(find "$TACHOGRAPH_HOME" -name 'Pasted table.csv' | head -1)
    [ -z "$pasted" ] || break
    sleep 0.5
done
[ -n "$pasted" ] || { echo "Nothing was pasted." >&2; cat "$work/said" >&2; exit 1; }
/usr/bin/python3 "$here/calc_clipboard.py" compare "$work/cells.json" "$pasted"
