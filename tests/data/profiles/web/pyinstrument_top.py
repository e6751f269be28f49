"""Prints what pyinstrument itself makes of a session: for each function its own time and its time with all it calls, recursion counted
once, in seconds, as `function, file, line, self, total` with tabs.

usage: pyinstrument_top.py SESSION.pyisession
"""

import sys
from collections import defaultdict

from pyinstrument.session import Session

root = Session.load(sys.argv[1]).root_frame(trim_stem=False)
own, total = defaultdict(float), defaultdict(float)


def walk(frame, above):
    key = (frame.function, frame.file_path, frame.line_no)
    own[key] += frame.total_self_time
    if key not in above:
        total[key] += frame.time
    for child in frame.children:
        if not child.is_synthetic:
            walk(child, above | {key})


walk(root, frozenset())
for key in sorted(total, key=lambda key: -own[key]):
    print(*key, f"{own[key]:.9f}", f"{total[key]:.9f}", sep="\t")
