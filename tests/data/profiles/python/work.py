# Work for the profilers: recursion, two functions that call each other, methods, a generator, built-in functions, a second file.
# Runs under Python 2.7 and 3.
import json
import shapes


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def is_even(n):
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    return False if n == 0 else is_even(n - 1)


def words(count):
    for number in range(count):
        yield "word%d" % (number % 97)


def count_words(count):
    seen = {}
    for word in words(count):
        seen[word] = seen.get(word, 0) + 1
    return sorted(seen.items(), key=lambda item: (-item[1], item[0]))


class Walk(object):
    def __init__(self, depth):
        self.depth = depth
        self.visited = []

    def visit(self, level=0):
        self.visited.append(level)
        if level < self.depth:
            self.left(level + 1)
            self.right(level + 1)

    def left(self, level):
        self.visit(level)

    def right(self, level):
        shapes.area(level, level + 1)
        self.visit(level)


def pack(rounds):
    text = ""
    for _ in range(rounds):
        text = json.dumps({"a": [1, 2.5, None, text[:20]], "b": {"c": "d"}})
    return json.loads(text)


def named_otherwise():
    scope = {}
    exec("def gr_sse(n):\n    return sum(x * x for x in range(n))\n", scope)
    return scope["gr_sse"](2000)


def main():
    fib(16)
    is_even(60)
    count_words(3000)
    Walk(7).visit()
    pack(60)
    named_otherwise()
    return shapes.total(300)


if __name__ == "__main__":
    main()
