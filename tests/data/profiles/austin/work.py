# Recursion, two threads, a second process, memory that is taken and given back.
import subprocess
import sys
import threading
import time


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def fill(size):
    return [bytes(1000) for _ in range(size)]


def wait():
    time.sleep(0.05)


class Worker(threading.Thread):
    def run(self):
        end = time.monotonic() + 0.25
        while time.monotonic() < end:
            fib(15)
            wait()


def main():
    worker = Worker(name="worker")
    worker.start()
    end = time.monotonic() + 0.25
    while time.monotonic() < end:
        keep = fill(3000)
        fib(14)
        del keep
    worker.join()


main()
if len(sys.argv) > 1:
    subprocess.run([sys.executable, __file__], check=True)
