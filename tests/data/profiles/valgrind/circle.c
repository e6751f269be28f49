/* What gprof looks at: two functions that call each other in a circle, recursion, a static function, and one that main never
   calls itself. */
volatile double sink;
static void burn(int rounds) { for (int i = 0; i < rounds * 150000; i++) sink += i * 0.5; }
void ping(int depth);
__attribute__((noinline)) void pong(int depth) { burn(3); if (depth > 0) ping(depth - 1); }
__attribute__((noinline)) void ping(int depth) { burn(2); if (depth > 0) pong(depth - 1); }
__attribute__((noinline)) int walk(int depth) { burn(1); return depth == 0 ? 0 : 1 + walk(depth - 1); }
__attribute__((noinline)) void parse(int n) { for (int i = 0; i < n; i++) { walk(10); burn(20); } }
int main(void) { parse(30); for (int i = 0; i < 20; i++) ping(8); burn(500); return 0; }
