// Time, memory and growth of the heap, written by gperftools.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <gperftools/heap-profiler.h>
#include <gperftools/malloc_extension.h>
#include <gperftools/profiler.h>

namespace work {

template <class T> __attribute__((noinline)) T fib(T n) {
    if (n < 2) return n;
    T left = fib<T>(n - 1);
    T right = fib<T>(n - 2);
    return left + right;
}

__attribute__((noinline)) unsigned long mix(unsigned long seed, int rounds) {
    for (int round = 0; round < rounds; ++round) seed = seed * 6364136223846793005UL + (seed >> 31);
    return seed;
}

struct Block {
    std::vector<char *> parts;
    __attribute__((noinline)) void small(int count) {
        for (int at = 0; at < count; ++at) parts.push_back(static_cast<char *>(malloc(100 + at % 7)));
    }
    __attribute__((noinline)) void large(int count) {
        for (int at = 0; at < count; ++at) parts.push_back(static_cast<char *>(malloc(300000)));
    }
    __attribute__((noinline)) void give_back(size_t every) {
        for (size_t at = 0; at < parts.size(); at += every) {
            free(parts[at]);
            parts[at] = nullptr;
        }
    }
};

}  // namespace work

static void save(const char *path, const std::string &text) {
    FILE *file = fopen(path, "w");
    fwrite(text.data(), 1, text.size(), file);
    fclose(file);
}

int main(int count, char **) {
    volatile unsigned long sink = 0;
    if (count == 1) {
        ProfilerStart("cpu.prof");
        for (int round = 0; round < 260; ++round) sink = sink + work::mix(round, 1000000) + work::fib<long>(26);
        ProfilerStop();
        return 0;
    }
    work::Block block;
    if (count == 2) HeapProfilerStart("work");
    block.small(20000);
    block.large(20);
    block.give_back(3);
    std::string text;
    if (count == 2) {
        HeapProfilerDump("end");
        HeapProfilerStop();
        return 0;
    }
    MallocExtension::instance()->GetHeapGrowthStacks(&text);
    save("growth.heap", text);
    return 0;
}
