// Spends its time on lines that a table must tell apart: recursion on two lines, calls that are inlined, a loop, a closure.
package main

import (
	"os"
	"runtime/pprof"
	"sort"
	"strings"
	"time"

	"lines/deeper"
)

var sink int

func small(x int) int {
	y := x*x ^ x>>3
	return y % 7
}

//go:noinline
func loop(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		sum += small(i)
		sum ^= small(sum) + i/3
	}
	return sum
}

func fib(n int) int {
	if n < 2 {
		return n
	}
	left := fib(n - 1)
	return left +
		fib(n-2)
}

func words() int {
	items := make([]string, 0, 3000)
	for i := 0; i < 3000; i++ {
		items = append(items, strings.Repeat("x", i%17)+"y")
	}
	sort.Slice(items, func(a, b int) bool {
		return items[a] < items[b]
	})
	return len(items)
}

func main() {
	file, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		panic(err)
	}
	for end := time.Now().Add(2000 * time.Millisecond); time.Now().Before(end); {
		sink += loop(1_000_000)
		sink += fib(28) + words() + words() + words()
		sink += deeper.Mix(500_000)
	}
	pprof.StopCPUProfile()
	file.Close()
}
