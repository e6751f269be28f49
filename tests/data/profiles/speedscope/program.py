"""A little work on two threads, with a function that calls itself, for the profilers that this folder's make.sh runs."""

import sys
import threading
import time


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def squares(count):
    return sum(number * number for number in range(count))


def work(until, depth):
    while time.perf_counter() < until:
        fibonacci(depth)
        squares(20_000)


def main(seconds, depth=16):
    until = time.perf_counter() + seconds
    other = threading.Thread(target=work, args=(until, depth), name="helper")
    other.start()
    work(until, depth)
    other.join()


if __name__ == "__main__":
    main(float(sys.argv[1]))
