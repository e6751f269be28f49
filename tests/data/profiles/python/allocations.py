# Work for tracemalloc: allocations with deep and shallow tracebacks, and one in another domain's file name; writes a snapshot.
import sys
import tracemalloc
import work


def rows(count):
    return [("row", number, float(number)) for number in range(1000, 1000 + count)]


def nested(level, kept):
    kept.append(bytearray(100 + level))
    if level:
        nested(level - 1, kept)


def main(path, frames):
    tracemalloc.start(frames)
    kept = [rows(150)]
    nested(12, kept)
    kept.append(work.count_words(300))
    kept.append({name: object() for name in work.words(20)})
    snapshot = tracemalloc.take_snapshot()
    tracemalloc.stop()
    snapshot.dump(path)


main(sys.argv[1], int(sys.argv[2]))
