#!/usr/bin/env bash
# Installs the .deb on a clean Debian (debootstrap, minbase, in a folder of its own), starts the program there on a screen of its own, once without any
# graphics driver and once with Mesa's, tries the commands, asks what the desktop knows of it, and removes it again: nothing may be left.
# usage: packaging/trials/deb_install.sh DEB [PICTURE.png]        needs root
#
# SUITE   which Debian (bookworm)
# MIRROR  where it comes from (as apt is set up on this machine, else deb.debian.org)
# CACHE   kept between runs, without the program: the plain system as CACHE.tar, packages in CACHE-archives (~/.cache/tachograph-debootstrap)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../linux/setup.sh
. "$here/../linux/setup.sh"
usage="usage: packaging/trials/deb_install.sh DEB [PICTURE.png]"
deb=$(realpath "${1:?$usage}") picture=$(realpath -m "${2:-/dev/null}")
suite=${SUITE:-bookworm} cache=${CACHE:-$HOME/.cache/tachograph-debootstrap}
if [ "$(id -u)" != 0 ]; then
    echo "A system inside a folder can only be made by root. Run: sudo $0 $*" >&2
    exit 1
fi
# Mounts in a namespace of their own are gone with this script, whatever ends it.
if [ "${TACHOGRAPH_MOUNTS_APART:-}" != 1 ]; then
    ensure_packages debootstrap debian-archive-keyring xvfb x11-utils imagemagick
    TACHOGRAPH_MOUNTS_APART=1 exec unshare --mount --propagation private "$0" "$@"
fi
sample=$here/../../assets/samples
began=$(date +%s)

work=$(mktemp -d)
system=$work/system screen_pid='' pid=''
finish() {
    if [ -n "$pid" ]; then kill "$pid" 2>/dev/null || true; fi
    if [ -n "$screen_pid" ]; then kill "$screen_pid" 2>/dev/null || true; fi
    for place in var/cache/apt/archives tmp/.X11-unix dev/shm sys proc; do
        umount "$system/$place" 2>/dev/null || umount --lazy "$system/$place" 2>/dev/null || true
    done
    # Should a mount still be there, it is not reached into.
    rm -rf --one-file-system "$work"
    printf '(%s s in all)\n' "$(($(date +%s) - began))"
}
trap finish EXIT
trap 'exit 130' INT TERM
step() { printf '== %s (%s s)\n' "$*" "$(($(date +%s) - began))"; }
fail() {
    echo "$*" >&2
    exit 1
}

step "a plain $suite"
# Filled in by apt and dpkg, here and below.
# shellcheck disable=SC2016
from=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null | sort -u || true)
mirror=${MIRROR:-$(awk -v suite="$suite" '$1 == suite && $2 == "main" { print $3; exit }' <<<"$from")}
mirror=${mirror:-http://deb.debian.org/debian}
security=$(awk -v suite="$suite-security" '$1 == suite && $2 == "main" { print $3; exit }' <<<"$from")
if [ ! -f "$cache.tar" ]; then
    mkdir -p "$(dirname "$cache")"
    if ! debootstrap --variant=minbase "$suite" "$system" "$mirror" >"$work/debootstrap" 2>&1; then
        tail -20 "$work/debootstrap" >&2
        fail "debootstrap failed. Check the network and the mirror $mirror; MIRROR names another one."
    fi
    rm -f "$system"/var/cache/apt/archives/*.deb
    # Under its name only when whole.
    tar -C "$system" --numeric-owner -cf "$cache.tar.part" .
    mv "$cache.tar.part" "$cache.tar"
else
    mkdir "$system"
    tar -C "$system" --numeric-owner -xpf "$cache.tar"
    echo "from $cache.tar of $(date -r "$cache.tar" +%F); delete it to have a new one"
fi
found=$(sed -n 's/^VERSION_CODENAME=//p' "$system/etc/os-release")
if [ "$found" != "$suite" ]; then fail "$cache.tar holds $found. Name another CACHE for $suite."; fi
{
    echo "deb $mirror $suite main"
    if [ -n "$security" ]; then echo "deb $security $suite-security main"; fi
} >"$system/etc/apt/sources.list"
{ apt-config dump | grep -i '^Acquire::https\?::' || true; } >"$system/etc/apt/apt.conf.d/90trial"
cp -L /etc/resolv.conf /etc/hosts "$system/etc/"
mkdir -p "$cache-archives/partial" "$system/tmp/.X11-unix"
mount -t proc proc "$system/proc"
mount -t sysfs -o ro sysfs "$system/sys"
mount -t tmpfs tmpfs "$system/dev/shm"
mount --bind "$cache-archives" "$system/var/cache/apt/archives"

# The screen is outside; its socket is brought in.
mkfifo "$work/number"
Xvfb -displayfd 3 -screen 0 1280x800x24 -ac -noreset -nolisten tcp 3>"$work/number" >/dev/null 2>&1 &
screen_pid=$!
read -r number <"$work/number"
export DISPLAY=:$number
mount --bind /tmp/.X11-unix "$system/tmp/.X11-unix"

path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# inside COMMAND…: as root; as_person COMMAND…: as somebody who uses the program.
inside() { chroot "$system" /usr/bin/env -i PATH=$path HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
person=(chroot --userspec=person:person "$system" /usr/bin/env -i "PATH=$path" HOME=/home/person LANG=C.UTF-8 "DISPLAY=$DISPLAY" XDG_CURRENT_DESKTOP=GNOME)
as_person() { "${person[@]}" "$@"; }
get() {
    if ! inside apt-get -qq -o Dpkg::Use-Pty=0 "$@" >"$work/apt" 2>&1; then
        tail -20 "$work/apt" >&2
        fail "apt-get $* failed inside."
    fi
}
# shellcheck disable=SC2016
has() { inside dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }

get update
inside useradd --create-home person
cp "$sample"/bills-sample.csv "$sample"/bills-sample.xlsx "$sample"/sample.pb.gz "$system/home/person/"
cp "$deb" "$system/home/person/tachograph.deb"
inside chown -R person:person /home/person
before=$(inside dpkg-query -W | wc -l)

step "install, without what is only recommended"
get install -y --no-install-recommends /home/person/tachograph.deb
inside dpkg -V tachograph
# shellcheck disable=SC2016
inside dpkg-query -W -f '${Package} ${Version} ${Architecture} ${db:Status-Status}, ${Installed-Size} KiB\n' tachograph
echo "packages that came with it: $(($(inside dpkg-query -W | wc -l) - before - 1))"
inside dpkg -L tachograph >"$work/files"
# dpkg itself has made the sums that later tell whether a file was changed.
[ -s "$system/var/lib/dpkg/info/tachograph.md5sums" ] || fail "There are no sums of the installed files."
# Linked libraries are all there; so are those that the window loads.
if chroot "$system" ldd /usr/bin/tachograph | grep 'not found'; then fail "Libraries are missing, so dependencies are."; fi

step "commands"
as_person tachograph --version
as_person tachograph optimize --json /home/person/bills-sample.csv >"$work/json"
grep -o '"verified":{[^}]*}' "$work/json" || fail "optimize --json does not tell what was compared."
grep -q '"mismatches":0[,}]' "$work/json" || fail "Values differ after optimize."
as_person tachograph profile --top 3 /home/person/sample.pb.gz | head -8

# start NAME [ARGUMENTS]: starts the window and waits until it is there or the program has ended. Sets `code` when it ended.
start() {
    local name=$1
    shift
    code='' window=''
    # Not by the function, whose shell would stand between and be ended alone.
    "${person[@]}" TACHOGRAPH_STARTUP_TRACE=1 timeout 120 tachograph "$@" >"$work/$name.out" 2>"$work/$name.err" &
    pid=$!
    for _ in $(seq 1 60); do
        if ! kill -0 "$pid" 2>/dev/null; then
            code=0
            wait "$pid" || code=$?
            pid=''
            break
        fi
        window=$(xwininfo -root -tree 2>/dev/null | grep '"Tachograph' || true)
        if [ -n "$window" ] && grep -q 'first frame' "$work/$name.err"; then break; fi
        sleep 0.5
    done
    if grep -aqi 'panicked\|SIGSEGV\|core dumped' "$work/$name.out" "$work/$name.err"; then
        cat "$work/$name.err" >&2
        fail "The program broke down: $name."
    fi
}
stop() {
    if [ -n "$pid" ]; then
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
        pid=''
        if xwininfo -root -tree | grep -q '"Tachograph'; then fail "The window is still there after the program was told to end."; fi
    fi
}
# picture_of NAME: how many colours the screen has.
picture_of() {
    sleep 3
    import -window root "$work/$1.png"
    identify -format '%k' "$work/$1.png"
}
assert_window() {
    if [ -z "$window" ] || ! grep -q 'first frame' "$work/$1.err"; then
        cat "$work/$1.err" >&2
        fail "No window, or nothing in it: $1${code:+, exit code $code}."
    fi
    echo "${window#"${window%%[! ]*}"}"
    grep -q '"org.tachograph.Tachograph"' <<<"$window" || fail "The window's class is not org.tachograph.Tachograph, so desktops do not know whose it is."
    grep -a 'first frame' "$work/$1.err"
}

step "the window without any graphics driver"
# Debian's OpenGL libraries bring Mesa's driver with them, so it is taken out by force.
taken_out=()
for driver in libgl1-mesa-dri mesa-libgallium mesa-vulkan-drivers; do
    if has "$driver"; then
        taken_out+=("$driver")
        echo "$driver came by itself and is taken out"
        inside dpkg --remove --force-depends "$driver" >/dev/null 2>&1
    fi
done
start nothing
if [ -n "$window" ] && [ -z "$code" ]; then
    echo "It starts all the same: $(picture_of nothing) colours."
elif [ "$code" = 1 ] && [ -s "$work/nothing.err" ]; then
    echo "It ends with exit code 1 and says:"
    sed 's/^/    /' "$work/nothing.err"
else
    cat "$work/nothing.err" >&2
    fail "Neither a window nor exit code 1 with a message: exit code ${code:-none, and it goes on running}."
fi
stop

step "the window with Mesa's OpenGL driver"
get install -y --no-install-recommends libgl1-mesa-dri "${taken_out[@]}"
start opengl /home/person/bills-sample.xlsx
assert_window opengl
colours=$(picture_of opengl)
echo "colours: $colours"
if [ "$colours" -lt 100 ]; then fail "The picture is nearly empty."; fi
if [ "$picture" != /dev/null ]; then cp "$work/opengl.png" "$picture"; fi
stop

step "the window with Mesa's Vulkan driver too"
get install -y --no-install-recommends libvulkan1 mesa-vulkan-drivers
start vulkan
assert_window vulkan
echo "colours: $(picture_of vulkan)"
stop

step "what the desktop knows"
get install -y --no-install-recommends xdg-utils libglib2.0-bin desktop-file-utils shared-mime-info hicolor-icon-theme
inside desktop-file-validate /usr/share/applications/org.tachograph.Tachograph.desktop
type=$(as_person xdg-mime query filetype /home/person/sample.pb.gz)
echo "sample.pb.gz: $type"
[ "$type" = application/x-pprof ] || fail "A profile is not known as one."
type=$(as_person xdg-mime query filetype /home/person/bills-sample.csv)
echo "bills-sample.csv: $type"
[ "$type" = text/csv ] || fail "A CSV file is not known as one any more."
for type in application/x-pprof text/x-folded-stacks text/csv application/vnd.openxmlformats-officedocument.spreadsheetml.sheet; do
    as_person gio mime "$type" >"$work/gio"
    grep -q org.tachograph.Tachograph.desktop "$work/gio" || fail "The menu entry is not offered for $type."
done
as_person gio mime application/x-pprof

step "remove"
get purge -y tachograph
left=''
while read -r file; do
    # Folders stay where other packages have something in them.
    if [ ! -d "$system$file" ] && [ -e "$system$file" ]; then left+="$file "; fi
done <"$work/files"
left+=$(cd "$system" && find . -xdev \( -path ./home -o -path ./proc -o -path ./sys -o -path ./var/log -o -path ./var/cache/apt \) -prune -o -iname '*tachograph*' -print)
left+=$(grep -l 'x-pprof\|tachograph' "$system"/usr/share/mime/globs2 "$system"/usr/share/applications/mimeinfo.cache "$system"/var/lib/dpkg/status 2>/dev/null || true)
if [ -n "$left" ]; then fail "Left behind: $left"; fi
echo "nothing is left of $(wc -l <"$work/files") files and folders"
step "all well, now tidied up"
