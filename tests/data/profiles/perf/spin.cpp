// A program without any library, so that it is small enough to be kept beside its recordings: recursion, a function that the
// compiler inlines, two threads and a second process with a name of its own. Each part runs for the given number of rounds.
using Number = unsigned long;

static long call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
    register long r10 asm("r10") = d;
    register long r8 asm("r8") = e;
    long result;
    asm volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8) : "rcx", "r11", "memory");
    return result;
}

namespace work {

template <class T> __attribute__((noinline)) T fib(T n) {
    if (n < 2) return n;
    T left = fib<T>(n - 1);
    T right = fib<T>(n - 2);
    return left + right;
}

struct Matrix {
    Number cells[64];
    __attribute__((noinline)) void mix(Number seed);
    Number fold(Number seed) const;
};

// Always inlined: perf shows it as a frame of its own where it has the lines of the program.
__attribute__((always_inline)) inline Number Matrix::fold(Number seed) const {
    for (int round = 0; round < 40; ++round)
        for (Number cell : cells) seed = seed * 6364136223846793005UL + cell;
    return seed;
}

void Matrix::mix(Number seed) {
    for (Number &cell : cells) cell ^= seed;
    cells[seed % 64] += fold(seed);
}

__attribute__((noinline)) Number count_bits(const Number *from, const Number *to) {
    Number sum = 0;
    for (int round = 0; round < 12; ++round)
        for (const Number *at = from; at != to; ++at)
            for (Number left = *at; left; left &= left - 1) ++sum;
    return sum;
}

__attribute__((noinline)) Number operator*(const Matrix &matrix, int times) {
    Number sum = 0;
    while (times--) sum += count_bits(matrix.cells, matrix.cells + 64);
    return sum;
}

}  // namespace work

static volatile Number sink;
static volatile int running;
static work::Matrix matrix;

static void name_thread(const char *name) { call(157, 15, (long)name); }

__attribute__((noinline)) static void helper(int rounds) {
    name_thread("helper one: two");
    for (int round = 0; round < rounds; ++round) sink = sink + matrix * 2;
    running = 0;
}

__attribute__((noinline)) static void child(int rounds) {
    name_thread("child");
    for (int round = 0; round < rounds; ++round) sink = sink + work::fib<Number>(14) + (Number)work::fib<int>(11);
}

extern "C" void thread_begin(long rounds) {
    helper((int)rounds);
    call(60, 0);
}

asm(".globl start_thread\n.type start_thread,@function\nstart_thread:\n"
    "  mov $56, %eax\n  xor %edx, %edx\n  xor %r10d, %r10d\n  xor %r8d, %r8d\n  syscall\n"
    "  test %rax, %rax\n  jz 1f\n  ret\n"
    "1: xor %ebp, %ebp\n  pop %rdi\n  call thread_begin\n.size start_thread, .-start_thread\n");
extern "C" long start_thread(long flags, long *stack);
static long thread_stack[4096] __attribute__((aligned(16)));

extern "C" __attribute__((noinline)) int main(int rounds) {
    // VM, FS, FILES, SIGHAND, THREAD, SYSVSEM.
    running = 1;
    thread_stack[4095 - 1] = rounds;
    start_thread(0x50f00, &thread_stack[4095 - 1]);
    long process = call(57);
    if (process == 0) {
        child(rounds);
        call(60, 0);
    }
    for (int round = 0; round < rounds * 3; ++round) matrix.mix(round);
    sink = sink + work::fib<Number>(21);
    while (running) call(24);
    call(61, process);
    return 0;
}

asm(".globl _start\n.type _start,@function\n_start:\n"
    "  xor %ebp, %ebp\n  mov (%rsp), %edi\n  imul $ROUNDS, %edi\n  and $-16, %rsp\n  call main\n"
    "  mov %eax, %edi\n  mov $231, %eax\n  syscall\n.size _start, .-_start\n.set ROUNDS, 15000\n");
