#!/usr/bin/env python3
"""Puts the PNG pictures of the icon into one .icns file, where there is no iconutil.

usage: packaging/macos/icns.py FOLDER OUT.icns        (FOLDER has tachograph-32.png … tachograph-512.png)

A file of this format is a row of entries: four letters that tell the size, the length with these eight bytes, and a PNG as it is. The plain
sizes 16 and 32 have no such entry that all systems draw right; they are drawn from their doubles.
"""

import pathlib
import struct
import sys

# Letters, pixels: 16 and 32 points doubled, 128 and 256 plain and doubled, 512 plain.
ENTRIES = [("ic11", 32), ("ic12", 64), ("ic07", 128), ("ic13", 256), ("ic08", 256), ("ic14", 512), ("ic09", 512)]


def picture(folder: pathlib.Path, size: int) -> bytes:
    path = folder / f"tachograph-{size}.png"
    data = path.read_bytes()
    if data[:8] != b"\x89PNG\r\n\x1a\n" or struct.unpack(">II", data[16:24]) != (size, size):
        sys.exit(f"{path} is not a PNG of {size}×{size}. Make the pictures with: assets/icon/make.sh")
    return data


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit("usage: packaging/macos/icns.py FOLDER OUT.icns")
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    body = b""
    for letters, size in ENTRIES:
        data = picture(folder, size)
        body += letters.encode() + struct.pack(">I", 8 + len(data)) + data
    out.write_bytes(b"icns" + struct.pack(">I", 8 + len(body)) + body)


main()
