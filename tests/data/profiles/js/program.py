# Some work on two threads, recursion included, for a tracer.
import threading
import time


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def pause():
    time.sleep(0.002)


def work(n):
    pause()
    return sum(fib(i % 6) for i in range(n))


def main():
    other = threading.Thread(target=work, args=(6,), name="other")
    other.start()
    work(8)
    other.join()


main()
