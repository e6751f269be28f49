# Sourced by the scripts beside and above it: sees to it that what the build, the tests and the window need is there.
# shellcheck shell=bash
#
#   ensure_packages NAME…   installs missing Debian/Ubuntu packages where that is allowed, else names the command and stops
#   ensure_rust             finds cargo, or says how to get it and stops

# A C compiler for the few parts written in C.
BUILD_PACKAGES=(gcc libc6-dev)
# What the window loads when it starts: OpenGL through Mesa, X11 and Wayland, the list of fonts.
WINDOW_PACKAGES=(libgl1 libegl1 libgl1-mesa-dri libx11-6 libx11-xcb1 libxcursor1 libxi6 libxrandr2 libxkbcommon0 libxkbcommon-x11-0
    libwayland-client0 libwayland-cursor0 libwayland-egl1 libfontconfig1)
# Window tests draw through Vulkan, on machines without a graphics card by Mesa's software device; some open the real window on a screen of their own.
TEST_PACKAGES=(golang-go libvulkan1 mesa-vulkan-drivers libfontconfig1 xvfb "${WINDOW_PACKAGES[@]}")

# Saved pages are opened in it; not every system has it as a package, and the tests that need it are skipped without it.
BROWSER_PACKAGE=chromium

# Root itself, or sudo that asks for no password.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" >/dev/null
}

missing_packages() {
    local present
    present=$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii *//p' || true)
    local name
    for name in "$@"; do
        grep -qxF "$name" <<<"$present" || echo "$name"
    done
}

ensure_packages() {
    [ "$(uname -s)" = Linux ] || return 0
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "This is not Debian or Ubuntu, so nothing is installed for you. Should the build or the window not start, install your system's packages for: $*" >&2
        return 0
    fi
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0
    if ! may_install; then
        echo "Some system packages are missing. Install them, then run this again:" >&2
        echo "sudo apt-get install ${missing[*]}" >&2
        exit 1
    fi
    echo "Installing system packages: ${missing[*]}" >&2
    # The lists of packages may be old or not there at all: then they are fetched and it is tried again.
    if ! apt_install "${missing[@]}" 2>/dev/null; then
        as_root apt-get -qq update || true
        if ! apt_install "${missing[@]}"; then
            echo "The packages could not be installed. Try it by hand, then run this again:" >&2
            echo "sudo apt-get update && sudo apt-get install ${missing[*]}" >&2
            exit 1
        fi
    fi
}

ensure_rust() {
    command -v cargo >/dev/null && return 0
    if [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
        PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
        return 0
    fi
    echo "Rust is missing. Install it with the next line (see https://rustup.rs), then run this again:" >&2
    echo "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal" >&2
    exit 1
}
