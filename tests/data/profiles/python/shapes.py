# A second file for the work: the same function names as in the first are in it on purpose.


def area(width, height):
    return width * height


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def total(count):
    return sum(area(number, fib(number % 40)) for number in range(count))
