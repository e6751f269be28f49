"""Makes a Gecko profile small: of each thread the first markers, of the child processes only the one that ran the page.

usage: firefox_cut.py PROFILE.json OUT.json.gz
"""

import gzip
import json
import sys

MARKERS = 40

with open(sys.argv[1], encoding="utf-8") as file:
    profile = json.load(file)
profile["processes"] = [p for p in profile["processes"] if p["threads"][0].get("processName") == "file:// Content"]
for process in [profile, *profile["processes"]]:
    process.pop("profilingLog", None)
    process["meta"].pop("CPUName", None)
    process["meta"]["markerSchema"] = process["meta"].get("markerSchema", [])[:2]
    for thread in process["threads"]:
        del thread["markers"]["data"][MARKERS:]
with gzip.GzipFile(sys.argv[2], "wb", 9, mtime=0) as out:
    out.write(json.dumps(profile, separators=(",", ":")).encode())
