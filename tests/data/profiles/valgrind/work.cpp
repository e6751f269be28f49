// What the profilers look at: recursion, functions that call each other in a circle, code inlined from another file,
// templates, calls into the C library and a second thread.
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include "mix.h"
#define APART __attribute__((noinline, noclone))

volatile unsigned sink;

APART unsigned fib(unsigned n) {
    if (n < 2) return n;
    unsigned a = fib(n - 1);
    return a + fib(n - 2);
}

APART unsigned odd(unsigned n);
APART unsigned even(unsigned n) {
    sink += n;
    unsigned r = n == 0 ? 1 : odd(n - 1);
    sink += r;
    return r;
}
APART unsigned odd(unsigned n) {
    sink += 2 * n;
    unsigned r = n == 0 ? 0 : even(n - 1);
    sink += r;
    return r;
}

namespace shapes {
template <typename T>
APART T area(T width, T height) {
    T sum = 0;
    for (int i = 0; i < 40; i++) sum += mix(unsigned(width * i)) % 7 + height;
    return sum;
}
}

static int compare(const void *a, const void *b) {
    unsigned x = *static_cast<const unsigned *>(a), y = *static_cast<const unsigned *>(b);
    return x < y ? -1 : x > y;
}

APART void sort(unsigned seed) {
    unsigned list[64];
    for (unsigned &item : list) item = seed = mix(seed + 1);
    qsort(list, 64, sizeof *list, compare);
    sink += list[0];
}

APART unsigned run(unsigned rounds) {
    unsigned sum = 0;
    for (unsigned i = 0; i < rounds; i++) {
        sum += shapes::area<unsigned>(i, 2) + unsigned(shapes::area<double>(i, 0.5));
        sort(i);
    }
    sum += fib(9) + even(7) + odd(4);
    return sum;
}

static void *second(void *) {
    sink += fib(11);
    sort(7);
    return nullptr;
}

int main(int argc, char **argv) {
    if (argc > 1 && !strcmp(argv[1], "threads")) {
        pthread_t thread;
        pthread_create(&thread, nullptr, second, nullptr);
        pthread_join(thread, nullptr);
    }
    sink += run(6);
    return 0;
}
