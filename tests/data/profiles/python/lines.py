# Work for line_profiler: a loop, a recursive function, a function that never runs, two functions on one line.
import time

try:
    profile
except NameError:
    def profile(function):
        return function


@profile
def fact(n):
    if n < 2:
        return 1
    return n * fact(n - 1)


@profile
def busy(rounds):
    total = 0
    for number in range(rounds):
        total += number * number
        if number % 500 == 0:
            time.sleep(0.0005)
    return total


@profile
def never():
    return 1


class Box(object):
    @profile
    def fill(self, size):
        self.items = [None] * size
        for row in range(size):
            self.items[row] = str(row)
        return len(self.items)


def main():
    for n in range(1, 40):
        fact(n)
    busy(3000)
    Box().fill(700)


main()
