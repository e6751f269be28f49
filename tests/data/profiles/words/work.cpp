// Does one thing that a rule has to name; which one is told on the command line.
#include <cstring>
#include <map>
#include <string>
#include <sys/mman.h>
#include <vector>

// Touches each page of fresh memory once and gives it back.
static void touch() {
    const size_t size = 64u << 20;
    char *memory = static_cast<char *>(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    madvise(memory, size, MADV_NOHUGEPAGE);
    for (size_t at = 0; at < size; at += 4096) memory[at] = 1;
    munmap(memory, size);
}

static void throwing(int depth) {
    if (depth == 0) throw std::string("nothing here");
    throwing(depth - 1);
}

static long words() {
    std::map<std::string, long> counts;
    for (int i = 0; i < 20000; i++) counts["word " + std::to_string(i % 997)] += i;
    return counts.size();
}

int main(int, char **arguments) {
    long sum = 0;
    for (int round = 0; round < 40; round++) {
        if (!strcmp(arguments[1], "touch")) touch();
        if (!strcmp(arguments[1], "words")) for (int i = 0; i < 2; i++) sum += words();
        if (!strcmp(arguments[1], "throw")) for (int i = 0; i < 2000; i++) try { throwing(20); } catch (std::string &text) { sum += text.size(); }
    }
    return sum == 0 && !strcmp(arguments[1], "words");
}
