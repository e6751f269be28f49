"""Does things that rules have to name: logs, copies, raises."""

import copy
import cProfile
import logging
import marshal
import sys


class Nowhere:
    def write(self, text):
        return len(text)

    def flush(self):
        pass


log = logging.getLogger("work")
log.addHandler(logging.StreamHandler(Nowhere()))


def talk(n):
    for i in range(n):
        log.warning("step %d of %d", i, n)


def duplicate(n):
    data = {"a": [1, 2, {"b": (3, 4)}], "c": [[5] * 4] * 3}
    for _ in range(n):
        copy.deepcopy(data)


def main(what):
    if what == "log":
        talk(3000)
    else:
        duplicate(1500)


what, name = sys.argv[1:]
profile = cProfile.Profile()
profile.runcall(main, what)
profile.create_stats()


def plain(function):
    """Without the folders of this machine."""
    file, line, name = function
    place = file.rfind("/lib/python")
    return (file[place:] if place >= 0 else file.rsplit("/", 1)[-1], line, name)


def plain_stats(stats):
    calls, primitive, own, total, callers = stats
    return (calls, primitive, own, total, {plain(function): figures for function, figures in callers.items()})


with open(name, "wb") as file:
    marshal.dump({plain(function): plain_stats(stats) for function, stats in profile.stats.items()}, file)
