// What the heap profilers look at: leaks, temporary allocations, growth by realloc, memory of several sizes and of a second
// thread, copies, and deep recursion.
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>
#if __has_include(<valgrind/dhat.h>)
#include <valgrind/dhat.h>
#else
#define DHAT_AD_HOC_EVENT(weight)
#endif
#define APART __attribute__((noinline, noclone))

static std::vector<void *> kept;
static char *buffer;

APART void *leak(size_t bytes) { return malloc(bytes); }

APART void temporary(int rounds) {
    for (int i = 0; i < rounds; i++) {
        char *p = static_cast<char *>(malloc(100 + i));
        p[0] = char(i);
        free(p);
    }
}

APART void *deep(int depth) {
    if (depth == 0) return malloc(3000);
    void *p = deep(depth - 1);
    static_cast<char *>(p)[depth] = 1;
    return p;
}

APART void grow() {
    for (size_t size = 64; size <= 65536; size *= 2) {
        buffer = static_cast<char *>(realloc(buffer, size));
        memset(buffer + size / 2, 1, size / 2);
    }
}

APART std::string join(const std::vector<std::string> &words) {
    std::string text;
    for (const auto &word : words) {
        DHAT_AD_HOC_EVENT(word.size());
        text += word;
    }
    return text;
}

APART void strings() {
    std::vector<std::string> words;
    for (int i = 0; i < 50; i++) words.push_back(std::string(20 + i, 'x'));
    std::string all = join(words);
    kept.push_back(strdup(all.c_str()));
}

static void work() {
    temporary(20);
    kept.push_back(calloc(16, 512));
}

int main() {
    kept.reserve(16);
    grow();
    strings();
    kept.push_back(deep(30));
    std::thread other(work);
    other.join();
    temporary(10);
    char *big = static_cast<char *>(calloc(1, 200000));
    memcpy(big, buffer, 65536);
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    free(big);
    for (size_t i = 0; i + 1 < kept.size(); i++) free(kept[i]);
    volatile void *lost = leak(1234);
    lost = nullptr;
    return 0;
}
