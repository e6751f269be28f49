// Small enough to be inlined: its cost lies in another file than its caller's.
static inline unsigned mix(unsigned a) {
    a ^= a << 13;
    a ^= a >> 17;
    return a ^ (a << 5);
}
