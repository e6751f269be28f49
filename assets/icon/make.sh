#!/usr/bin/env bash
# Renders the program's icon from tachograph.svg (tachograph-small.svg up to 24 pixels): PNG of the usual sizes and tachograph.ico.
# Needs python3 with venv and the network, for the renderer (resvg-py) and Pillow.
# usage: assets/icon/make.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q --disable-pip-version-check install resvg-py==0.5.0 pillow==13.0.0
"$work/venv/bin/python" - "$here" <<'PYTHON'
import io, pathlib, sys
import resvg_py
from PIL import Image

here = pathlib.Path(sys.argv[1])


def render(size):
    source = here / ("tachograph-small.svg" if size <= 24 else "tachograph.svg")
    png = bytes(resvg_py.svg_to_bytes(svg_path=str(source), width=size, height=size))
    return Image.open(io.BytesIO(png)).convert("RGBA")


pictures = {size: render(size) for size in (16, 24, 32, 48, 64, 128, 256, 512)}
for size, picture in pictures.items():
    picture.save(here / f"tachograph-{size}.png", optimize=True)
sizes = [16, 24, 32, 48, 64, 256]
pictures[256].save(here / "tachograph.ico", sizes=[(s, s) for s in sizes], append_images=[pictures[s] for s in sizes[:-1]])
PYTHON
ls -l "$here"
