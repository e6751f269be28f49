# Work for memory_profiler: functions that take memory and give it back, one inside another, and child processes.
import multiprocessing
import sys
import time

try:
    profile
except NameError:
    def profile(function):
        return function


@profile
def small():
    block = bytearray(8 << 20)
    time.sleep(0.06)
    return len(block)


@profile
def large(rounds):
    blocks = []
    for _ in range(rounds):
        blocks.append(bytearray(6 << 20))
        small()
    return len(blocks)


def child(size):
    block = bytearray(size << 20)
    time.sleep(0.3)
    return len(block)


if __name__ == "__main__":
    large(4)
    if "children" in sys.argv:
        children = [multiprocessing.Process(target=child, args=(size,)) for size in (10, 25)]
        for process in children:
            process.start()
        for process in children:
            process.join()
    small()
