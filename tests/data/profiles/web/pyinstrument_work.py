"""A program for pyinstrument: recursion, a busy function, a sleep, a call into the standard library."""

import json
import math
import time


def inner(n):
    return sum(math.sqrt(i) for i in range(n))


def middle(n):
    return inner(n) + inner(n // 2)


def factorial(n):
    return inner(4000) if n <= 1 else n + factorial(n - 1)


def texts(n):
    return json.loads(json.dumps([{"text": str(i)} for i in range(n)]))


def work(seconds):
    limit = time.perf_counter() + seconds
    while time.perf_counter() < limit:
        middle(3000)
        factorial(6)
        texts(300)
        time.sleep(0.001)


work(0.6)
