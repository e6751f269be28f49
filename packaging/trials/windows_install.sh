#!/usr/bin/env bash
# Tries the installer for Windows whole, under Wine, on a screen of its own: installs silently, starts from the start menu, clicks
# through the tabs, opens a workbook by the system's dialog, saves a chart, compares the command line with that on Linux, hands a file
# to the open window, updates, removes, and looks whether files and registry are as they were. Where the portable archive lies beside the
# setup, that is tried too. Takes 1 to 3 minutes.
# usage: packaging/trials/windows_install.sh SETUP.exe [FOLDER-FOR-PICTURES [LINUX-TACHOGRAPH]]
#
# The setup is made by packaging/windows/package.sh. Without the third argument the release build is compared with, if there is one.
# PATIENCE  how many times longer than usual to wait for things, for slow machines (1)
# What passes here has not been proven on Windows; packaging/windows/README.md says what is not seen.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=../linux/setup.sh
. "$here/../linux/setup.sh"
# shellcheck source=../windows/wine.sh
. "$here/../windows/wine.sh"
setup=$(realpath "${1:?usage: windows_install.sh SETUP.exe [FOLDER-FOR-PICTURES [LINUX-TACHOGRAPH]]}")
linux=${3:-${CARGO_TARGET_DIR:-$HOME/.cache/tachograph-target}/release/tachograph}
patience=${PATIENCE:-1}
[ -f "$setup" ] || { echo "There is no $setup; packaging/windows/package.sh makes one." >&2; exit 1; }
wine_packages
ensure_packages xdotool xclip tesseract-ocr tesseract-ocr-eng jq unzip

work=$(mktemp -d)
if [ -n "${2:-}" ]; then mkdir -p "$2"; pictures=$(realpath "$2"); else pictures=$work/pictures; mkdir "$pictures"; fi
# Nothing of this person's own home and settings is used.
mkdir "$work/home"
export WINEPREFIX=$work/prefix HOME=$work/home LC_ALL=C.UTF-8 OMP_THREAD_LIMIT=1
unset TACHOGRAPH_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME
started=$SECONDS now='the preparations' since=$SECONDS
finish() {
    local code=$?
    if [ $code != 0 ]; then
        import -window root "$pictures/failed.png" 2>/dev/null || true
        echo "== failed at: $now. Picture of the screen: $pictures/failed.png" >&2
        # In a temporary folder it would go with it.
        case $pictures in "$work"/*) cp "$pictures/failed.png" "${TMPDIR:-/tmp}/windows_install-failed.png" 2>/dev/null || true ;; esac
    fi
    wine_finish
    wait 2>/dev/null || true
    wine_remove
    rm -rf "$work"
}
trap finish EXIT

# ---------------------------------------------------------------- small tools

step() {
    echo "   $((SECONDS - since)) s"
    now=$1 since=$SECONDS
    echo "== $1"
}
fail() {
    echo "$*" >&2
    exit 1
}
# within SECONDS WHAT COMMAND…: waits until the command succeeds.
within() {
    local end=$((SECONDS + $1 * patience)) what=$2
    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || fail "Waited in vain: $what."
        sleep 0.3
    done
}
windows() {
    xdotool search --onlyvisible --name '^Tachograph$' 2>/dev/null | wc -l
}
has_windows() { [ "$(windows)" = "$1" ]; }
X=0 Y=0 WIDTH=0 HEIGHT=0
# place: sets X, Y, WIDTH and HEIGHT to those of the program's window.
place() {
    eval "$(xdotool getwindowgeometry --shell "$(xdotool search --onlyvisible --name '^Tachograph$' | head -1)" | grep -E '^(X|Y|WIDTH|HEIGHT)=')"
}
# Without a window manager keys go to the window below the pointer.
click() {
    xdotool mousemove "$1" "$2"
    sleep 0.1
    xdotool click 1
}
# press KEYS: with the pointer where it points at nothing.
press() {
    place
    xdotool mousemove $((X + WIDTH / 2)) $((Y + HEIGHT - 10))
    sleep 0.1
    xdotool key "$1"
}
# press_for WHAT KEYS COMMAND…: presses keys until the command succeeds; on a slow machine the first ones may come too early.
press_for() {
    local what=$1 keys=$2 end tries
    shift 2
    for tries in 1 2 3; do
        press "$keys"
        end=$((SECONDS + 7 * patience))
        while [ "$SECONDS" -lt "$end" ]; do
            if "$@"; then return; fi
            sleep 0.3
        done
    done
    fail "Pressed $keys $tries times in vain: $what."
}
# shot NAME: a picture of the program's window.
shot() {
    place
    import -window root -crop "${WIDTH}x$HEIGHT+$X+$Y" +repage "$pictures/$1.png"
}
# words GEOMETRY [PERCENT]: what is written in that part of the screen, by the lines "x y word", from the middle of each word. White text
# on coloured buttons is only read when what is darker than so many percent becomes white, and everything else black.
words() {
    local how=() mode=11
    if [ -n "${2:-}" ]; then how=(-negate -threshold "$2%") mode=6; fi
    import -window root -crop "$1" +repage png:- | convert - -colorspace gray -resize 200% "${how[@]}" pgm:"$work/words.pgm"
    tesseract "$work/words.pgm" - --psm $mode tsv 2>/dev/null | awk -F'\t' -v g="$1" \
        'BEGIN { split(g, p, "[x+]") } NR > 1 && $12 ~ /[^ ]/ { printf "%d %d %s\n", p[3] + ($7 + $9 / 2) / 2, p[4] + ($8 + $10 / 2) / 2, $12 }'
}
# reads GEOMETRY WORD…: whether all of them are written there.
reads() {
    local seen word
    seen=" $(words "$1" | cut -d' ' -f3- | tr '\n' ' ')"
    shift
    for word in "$@"; do
        [[ $seen == *"$word"* ]] || return 1
    done
}
# bar: the bar at the top of the window, with the tab's name and what is open in it.
bar() {
    place
    echo "$((WIDTH * 6 / 10 - 152))x40+$((X + 152))+$Y"
}
bar_reads() { reads "$(bar)" "$@"; }
body_reads() {
    place
    reads "$((WIDTH - 150))x$((HEIGHT - 70))+$((X + 150))+$((Y + 40))" "$@"
}
# click_button GEOMETRY WORD: clicks a coloured button with that word on it.
click_button() {
    local found percent
    for percent in 50 60; do
        found=$(words "$1" $percent | awk -v w="$2" 'index($3, w) == 1 { print $1, $2; exit }')
        if [ -n "$found" ]; then
            click "${found% *}" "${found#* }"
            return
        fi
    done
    return 1
}
# tab_shown TAB X Y: clicks there, and looks whether that shows the tab.
tab_shown() {
    click "$2" "$3"
    sleep 0.3
    bar_reads "$1"
}
# differ ONE OTHER: whether two pictures differ by more than a few points.
differ() {
    local points
    points=$(compare -metric AE -fuzz 3% "$pictures/$1.png" "$pictures/$2.png" null: 2>&1 || true)
    [ "${points%%[. e]*}" -gt 2000 ] 2>/dev/null || [[ $points == *e+* ]]
}
drawn() {
    shot "$1"
    [ "$(identify -format %k "$pictures/$1.png")" -ge 20 ]
}
reg_has() { wine reg query "$1" /v "$2" 2>/dev/null | tr -d '\r' | grep -qF "$3"; }
# reg_default KEY: its default value, or nothing.
reg_default() { wine reg query "$1" /ve 2>/dev/null | tr -d '\r' | sed -n '/(value not set)/d; s/^ *(Default) *REG_SZ *//p'; }
# runs NAME…: whether a Windows program of one of these names runs in this prefix. Wine's own list of tasks is empty, and the system's short
# name of a process is that of its first thread.
runs() {
    local process name
    for process in /proc/[0-9]*; do
        IFS= read -r -d '' name 2>/dev/null <"$process/cmdline" || continue
        name=${name##*[/\\]}
        [[ " ${*,,} " == *" ${name,,} "* ]] || continue
        if tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -qxF "WINEPREFIX=$WINEPREFIX"; then return 0; fi
    done
    return 1
}
no_program() { ! runs tachograph.exe; }
# remembered NAME: whether the program keeps a file of this name among those opened before.
remembered() { grep -qF "$1" "$state/recent.ron" 2>/dev/null; }
close_program() {
    wine taskkill /im tachograph.exe >/dev/null 2>&1 || true
    within 20 "the program ends when its window is closed" no_program
}
# install ARGUMENTS…: silently; sets code.
install() {
    code=0
    timeout $((60 * patience)) wine "$setup" /S "$@" || code=$?
}
gone() { [ ! -e "$1" ]; }
uninstall() {
    timeout $((60 * patience)) wine "$1/uninstall.exe" /S "${@:2}" || fail "The uninstaller ended with $?."
    # A copy of it does the work; its own file goes before the registry does.
    within 30 "the uninstaller removes itself" gone "$1/uninstall.exe"
    within 10 "the uninstaller removes its entry" no_entry
    within 10 "the uninstaller ends" no_uninstaller
}
no_entry() { ! wine reg query "$entry" >/dev/null 2>&1; }
no_uninstaller() { ! runs uninstall.exe Un.exe Au_.exe Un_A.exe; }
# snapshot NAME: files and registry, sorted. What Wine and its dialogs write by themselves is left out.
snapshot() {
    local hive
    (cd "$WINEPREFIX/drive_c" && find . \( -type f -printf '%P %s\n' -o -printf '%P\n' \)) |
        grep -vE '^users/[^/]*/(Temp|AppData/Local/Temp|AppData/Roaming/Microsoft/Windows/Recent)(/|$| )|^windows/(temp|Installer)(/|$)|^export\.reg ' |
        LC_ALL=C sort >"$work/$1.files"
    for hive in 'HKEY_CURRENT_USER' 'HKEY_LOCAL_MACHINE\Software\Classes' 'HKEY_LOCAL_MACHINE\Software\Microsoft\Windows\CurrentVersion'; do
        wine regedit /E 'C:\export.reg' "$hive"
        iconv -f UTF-16 -t UTF-8 "$WINEPREFIX/drive_c/export.reg"
        rm "$WINEPREFIX/drive_c/export.reg"
    done | tr -d '\r' | awk '/^\[/ { key = $0; print; next } /^$/ || /^Windows Registry/ { next } { print key " " $0 }' |
        grep -vE '^\[HKEY_CURRENT_USER\\(Software\\Wine|Volatile Environment|Software\\Microsoft\\Windows\\CurrentVersion\\Explorer(\\(ComDlg32|RecentDocs|SessionInfo|Shell Folders|User Shell Folders)[]\\]|\]$))' |
        LC_ALL=C sort -u >"$work/$1.registry"
}
# as_before WHAT: compares the snapshots named before and after.
as_before() {
    local kind
    for kind in files registry; do
        if ! diff "$work/before.$kind" "$work/after.$kind" >"$work/difference"; then
            head -30 "$work/difference" >&2
            fail "$1 something is not as it was: $kind (< before, > after)."
        fi
    done
}

# ---------------------------------------------------------------- the trial

echo "== a fresh Windows"
SCREEN_SIZE=1400x900 wine_screen
wine_prefix
user=$(find "$WINEPREFIX/drive_c/users" -mindepth 1 -maxdepth 1 ! -name Public -printf '%f\n' | head -1)
me=$WINEPREFIX/drive_c/users/$user
# Wine points these at the home folder of this machine.
find "$me" -maxdepth 1 -type l | while read -r link; do
    rm "$link"
    mkdir "$link"
done
folder=$me/AppData/Local/Programs/Tachograph
state=$me/AppData/Local/Tachograph/data
link="$me/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Tachograph.lnk"
classes='HKCU\Software\Classes'
entry='HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Tachograph'
mkdir -p "$me/हिन्दी नमूना" "$me/plain"
cp "$root/assets/samples/bills-sample.xlsx" "$me/हिन्दी नमूना/बिल 2026.xlsx"
cp "$root/assets/samples/bills-sample.xlsx" "$root/assets/samples/bills-sample.csv" "$root/assets/samples/sample.pb.gz" "$me/plain"
mine="C:\\users\\$user"
# Other programs have registered themselves for tables, one of them badly.
wine reg add "$classes\\.csv" /ve /d Other.Table /f >/dev/null
wine reg add "$classes\\.csv\\OpenWithProgids" /v Other.Table /d "" /f >/dev/null
wine reg add "$classes\\.xlsx" /f >/dev/null
snapshot before

step "installs silently"
install
[ "$code" = 0 ] || fail "The installer ended with $code."
for file in "$folder/tachograph.exe" "$folder/uninstall.exe" "$folder/LICENSE-MIT.txt" "$link"; do
    [ -s "$file" ] || fail "It did not install $file."
done
[ ! -e "$me/Desktop/Tachograph.lnk" ] || fail "A silent installation put an icon on the desktop."
[ -z "$(find "$folder" -name '*.new')" ] || fail "Temporary files stayed in $folder."
sum=$(sha256sum <"$folder/tachograph.exe")
reg_has "$entry" DisplayName Tachograph || fail "It is not in the list of installed programs."
for value in DisplayVersion DisplayIcon Publisher EstimatedSize UninstallString QuietUninstallString NoModify NoRepair InstallLocation; do
    wine reg query "$entry" /v "$value" >/dev/null 2>&1 || fail "The list of installed programs has no $value."
done
reg_has "$classes\\.csv\\OpenWithProgids" Tachograph.Table REG_SZ || fail "'Open with' does not offer it for .csv."
reg_has "$classes\\.gz\\OpenWithProgids" Tachograph.Profile REG_SZ || fail "'Open with' does not offer it for .gz."
reg_has "$classes\\Applications\\tachograph.exe\\SupportedTypes" .xlsx REG_SZ || fail "It does not name .xlsx as a file it opens."
[[ $(reg_default "$classes\\Applications\\tachograph.exe\\shell\\open\\command") == *'tachograph.exe" "%1"' ]] || fail "The command of 'Open with' is wrong."
[ "$(reg_default "$classes\\.csv")" = Other.Table ] || fail "It changed what opens .csv by itself."
for ending in .xlsx .tsv .txt .pb .gz .folded; do
    [ -z "$(reg_default "$classes\\$ending")" ] || fail "It made itself what opens $ending by itself."
done

step "starts from the start menu"
wine start /unix "$link"
within 60 "a window opens" has_windows 1
within 30 "the window shows something" drawn start
within 30 "the Overview tab is shown" bar_reads Overview

step "shows each tab"
place
# The rail: an entry every 35 points from the top, the pages at the bottom.
at=$((Y + 65)) last=start
for tab in Overview Monitor Data Profiles Cache Settings Help; do
    case $tab in
    Settings) at=$((Y + HEIGHT - 93)) ;;
    Help) at=$((Y + HEIGHT - 58)) ;;
    esac
    within 20 "a click at the rail shows $tab" tab_shown "$tab" $((X + 67)) $at
    sleep 0.5
    shot "tab-${tab,,}"
    [ "$tab" = Overview ] || differ "$last" "tab-${tab,,}" || fail "$tab looks like $last."
    last=tab-${tab,,} at=$((at + 35))
done

step "saves a chart as PNG through the system's dialog"
within 20 "the Monitor tab is shown" tab_shown Monitor $((X + 67)) $((Y + 100))
middle="420x300+$((X + WIDTH / 2 - 210))+$((Y + HEIGHT / 2 - 150))"
press_for "Ctrl+S offers charts" ctrl+s reads "$middle" Save chart Memory
shot offer
within 15 "a button saves the chart as PNG" click_button "$middle" PNG
dialog_open() {
    dialog=$(xdotool search --onlyvisible --name "^$1\$" 2>/dev/null | head -1)
    [ -n "$dialog" ]
}
dialog_gone() { ! dialog_open "$1"; }
# in_dialog TITLE PATH PICTURE: puts a path into the name's field of the open dialog, which has the focus, and presses Enter. By the
# clipboard: that knows all letters.
in_dialog() {
    local end tries
    eval "$(xdotool getwindowgeometry --shell "$dialog" | grep -E '^(X|Y|WIDTH|HEIGHT)=')"
    # On the frame's edge below the buttons, where the pointer changes nothing.
    xdotool mousemove $((X + WIDTH / 2)) $((Y + HEIGHT - 4))
    printf '%s' "$2" | xclip -selection clipboard 2>/dev/null
    for tries in 1 2 3; do
        sleep 0.5
        xdotool key ctrl+a
        sleep 0.2
        xdotool key ctrl+v
        sleep 0.7
        import -window root "$pictures/$3.png"
        xdotool key Return
        end=$((SECONDS + 7 * patience))
        while [ "$SECONDS" -lt "$end" ]; do
            if dialog_gone "$1"; then return; fi
            sleep 0.3
        done
    done
    fail "The dialog '$1' did not close after a path was put in $tries times."
}
within 20 "the dialog for saving opens" dialog_open 'Save chart'
in_dialog 'Save chart' "$mine\\plain\\cpu chart.png" dialog-save
within 30 "the chart is written" test -s "$me/plain/cpu chart.png"
read -r kind width height < <(identify -format '%m %w %h\n' "$me/plain/cpu chart.png") || fail "The chart is not a picture."
if [ "$kind" != PNG ] || [ "$width" -lt 600 ] || [ "$height" -lt 200 ]; then fail "The chart is a $kind of $width × $height."; fi
mv "$me/plain/cpu chart.png" "$pictures/saved-chart.png"

step "opens a workbook with a Hindi name through the system's dialog"
place
within 20 "the Data tab is shown" tab_shown Data $((X + 67)) $((Y + 135))
press_for "Ctrl+O opens the dialog for opening" ctrl+o dialog_open Open
in_dialog Open "$mine\\हिन्दी नमूना\\बिल 2026.xlsx" dialog-open
# It has two sheets, so the program asks; the first one is what it offers.
within 60 "the choices for reading are shown" body_reads How read
shot choices
press_for "Enter opens the workbook as it was found" Return bar_reads 1,800 rows
within 15 "every value was compared" body_reads 34,200
within 15 "the workbook is among the recent files" remembered '2026.xlsx'
sleep 0.5
shot opened-by-dialog

step "a second start gives its file to the first window"
code=0
timeout $((20 * patience)) wine "$folder/tachograph.exe" "$mine\\plain\\sample.pb.gz" || code=$?
[ "$code" = 0 ] || fail "The second start ended with $code (124: it did not end)."
within 30 "the first window shows the profile" bar_reads sample.pb.gz
within 15 "the profile is among the recent files" remembered 'sample.pb.gz'
has_windows 1 || fail "There are $(windows) windows."
shot second-start

step "an update while the program runs fails and changes nothing"
install
[ "$code" = 32 ] || fail "The installer ended with $code, not with 32."
[ "$(sha256sum <"$folder/tachograph.exe")" = "$sum" ] || fail "It changed the program."
[ -z "$(find "$folder" -name '*.new')" ] || fail "Temporary files stayed in $folder."
has_windows 1 || fail "The program did not go on."
close_program

step "an update replaces the program and keeps settings and choices"
# As if it were an older one.
printf 'old' >>"$folder/tachograph.exe"
install /DESKTOP=1
[ "$code" = 0 ] || fail "The installer ended with $code."
[ "$(sha256sum <"$folder/tachograph.exe")" = "$sum" ] || fail "It did not replace the program."
[ -s "$me/Desktop/Tachograph.lnk" ] || fail "/DESKTOP=1 put no icon on the desktop."
install
[ "$code" = 0 ] || fail "The installer ended with $code the second time."
[ -s "$me/Desktop/Tachograph.lnk" ] || fail "The next update did not keep the icon on the desktop."
remembered '2026.xlsx' || fail "The recent files are gone."

step "opens files given on the command line"
wine "$folder/tachograph.exe" "$mine\\plain\\bills-sample.xlsx" "$mine\\plain\\sample.pb.gz" &
within 60 "a window opens" has_windows 1
within 60 "the profile is opened" bar_reads sample.pb.gz
sleep 0.5
shot given-profile
place
within 20 "the Data tab is shown" tab_shown Data $((X + 67)) $((Y + 135))
within 60 "the workbook is opened" bar_reads bills-sample 1,800
sleep 0.5
shot given-workbook
differ given-profile given-workbook || fail "Workbook and profile look the same."
close_program

step "the command line says the same as on Linux"
compared='del(.seconds, .peak_rss_bytes, .cache, .file)'
for sample in bills-sample.xlsx bills-sample.csv; do
    program="\"$mine\\AppData\\Local\\Programs\\Tachograph\\tachograph.exe\" optimize --no-cache --json $sample"
    printf '%s\r\n' '@echo off' "$program > $sample.redirected" "$program | find \"{\" > $sample.piped" >"$me/plain/compare.bat"
    (cd "$me/plain" && timeout $((60 * patience)) wine cmd /c compare.bat) || fail "cmd ended with $?."
    for way in redirected piped; do
        jq -S "$compared" "$me/plain/$sample.$way" >"$work/windows.json" || fail "optimize --json of $sample, $way, is no JSON."
        [ -s "$work/windows.json" ] || fail "optimize --json of $sample, $way, printed nothing."
        if [ -x "$linux" ]; then
            TACHOGRAPH_HOME=$work/linux "$linux" optimize --no-cache --json "$root/assets/samples/$sample" 2>/dev/null | jq -S "$compared" >"$work/linux.json"
            diff "$work/linux.json" "$work/windows.json" >&2 || fail "optimize --json of $sample, $way, differs from Linux (< Linux, > Windows)."
        fi
    done
done
[ -x "$linux" ] || echo "   not compared: there is no $linux"
rm "$me/plain/compare.bat" "$me/plain/"*.{redirected,piped}

step "removing leaves everything as it was"
uninstall "$folder"
gone "$folder" || fail "$folder is still there."
snapshot after
as_before "After removing"

archive=$(find "$(dirname "$setup")" -maxdepth 1 -name 'Tachograph-*-portable.zip' | head -1)
if [ -n "$archive" ]; then
    step "the portable program keeps everything beside itself"
    unzip -q "$archive" -d "$me/portable"
    wine "$me/portable/tachograph.exe" "$mine\\plain\\bills-sample.csv" &
    within 60 "a window opens" has_windows 1
    within 60 "the table is opened" bar_reads bills-sample.csv
    state=$me/portable/settings
    within 15 "the table is among the recent files" remembered bills-sample.csv
    sleep 0.5
    shot portable
    close_program
    rm -r "$me/portable"
    snapshot after
    as_before "After portable use"
fi

step "removing keeps what a person put there and asked to keep"
# Two arguments, so that they come without quotation marks.
install /OPENWITH=0 '/D=C:\Tools\Tacho' graph
[ "$code" = 0 ] || fail "The installer ended with $code."
[ -s "$WINEPREFIX/drive_c/Tools/Tacho graph/tachograph.exe" ] || fail "/D was not followed."
! wine reg query "$classes\\Tachograph.Table" >/dev/null 2>&1 || fail "/OPENWITH=0 was not followed."
echo mine >"$WINEPREFIX/drive_c/Tools/Tacho graph/mine.txt"
mkdir -p "$me/AppData/Roaming/Tachograph/config"
echo '(theme: Dark)' >"$me/AppData/Roaming/Tachograph/config/settings.ron"
uninstall "$WINEPREFIX/drive_c/Tools/Tacho graph" /KEEPSETTINGS
[ "$(cat "$WINEPREFIX/drive_c/Tools/Tacho graph/mine.txt")" = mine ] || fail "A person's file is gone."
[ -s "$me/AppData/Roaming/Tachograph/config/settings.ron" ] || fail "The settings are gone."
rm -r "$WINEPREFIX/drive_c/Tools" "$me/AppData/Roaming/Tachograph"
snapshot after
as_before "After removing for the second time"

echo "   $((SECONDS - since)) s"
echo "== all: $((SECONDS - started)) s"
