#!/bin/sh
# Makes the profiles of PHP in this folder and, beside them, what XHProf's own library (https://github.com/phacility/xhprof, a copy of
# which is named in XHPROF) adds up from them. Needs php-cli and php-tideways of Debian 12.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
php -v | head -1 > versions.txt
php -r 'echo "tideways_xhprof ", phpversion("tideways_xhprof"), "\n";' >> versions.txt
php "$here/work.php" "$XHPROF" > xhprof.top.txt
mv xhprof.json xhprof.ser xhprof.top.txt versions.txt "$here"
