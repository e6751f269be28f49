"""Prints what the Firefox Profiler's own command-line tool finds in a profile: for each thread the functions with the largest self
and the largest total, as `thread, process, name, library, self, total` with tabs; before them the thread's time on a processor.

usage: firefox_top.py "PROFILER-CLI COMMAND" PROFILE STRATEGY > OUT.tsv
"""

import json
import shlex
import subprocess
import sys

command, profile, strategy = shlex.split(sys.argv[1]), sys.argv[2], sys.argv[3]
SESSION = "top"
ROWS = 60


def ask(*words):
    return subprocess.run([*command, *words, "--session", SESSION], check=True, capture_output=True, text=True).stdout


ask("load", profile)
try:
    threads = json.loads(ask("thread", "list", "--json"))["threads"]
    for thread in sorted(threads, key=lambda thread: int(thread["threadHandle"][2:])):
        if thread.get("cpuMs"):
            print("# cpu ms", thread["cpuMs"], sep="\t")
        words = ["thread", "functions", "--thread", thread["threadHandle"], "--include-idle", "--limit", "0"]
        try:
            found = json.loads(ask(*words, "--strategy", strategy, "--json"))
        except subprocess.CalledProcessError:
            continue  # The thread has no samples of this kind.
        rows = found["functions"]
        keep = {row["functionIndex"] for key in ("selfSamples", "totalSamples")
                for row in sorted(rows, key=lambda row: -abs(row[key]))[:ROWS]}
        for row in rows:
            if row["functionIndex"] in keep:
                name = row["name"]
                print(thread["threadHandle"], found["friendlyThreadName"], name, row.get("library", ""),
                      row["selfSamples"], row["totalSamples"], sep="\t")
finally:
    ask("stop")
