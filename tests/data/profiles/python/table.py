# Prints what the reference modules hold of a profile, in full precision, so that a test can compare to the last digit.
# usage: table.py pstats|tracemalloc FILE
from __future__ import print_function
import sys


def of_pstats(path):
    import pstats
    stats = pstats.Stats(path)
    print("# total calls %d, primitive calls %d, seconds %r" % (stats.total_calls, stats.prim_calls, stats.total_tt))
    for (file, line, name), (primitive, calls, own, total, callers) in sorted(stats.stats.items()):
        print("\t".join([file, str(line), name, str(primitive), str(calls), repr(own), repr(total)]))
        for (file, line, name), numbers in sorted(callers.items()):
            if isinstance(numbers, int):  # The module `profile` counts the calls only.
                numbers = (numbers, "", "", "")
            calls, primitive, own, total = numbers
            print("\t".join(["", file, str(line), name, str(primitive), str(calls), repr(own), repr(total)]))


def of_tracemalloc(path):
    import tracemalloc
    snapshot = tracemalloc.Snapshot.load(path)
    print("# %d traces, %d frames at most" % (len(snapshot.traces), snapshot.traceback_limit))
    for kind in ("filename", "lineno", "traceback"):
        for statistic in snapshot.statistics(kind):
            frames = ";".join("%s:%d" % (frame.filename, frame.lineno) for frame in statistic.traceback)
            print("\t".join([kind, str(statistic.size), str(statistic.count), frames]))


{"pstats": of_pstats, "tracemalloc": of_tracemalloc}[sys.argv[1]](sys.argv[2])
