// Spends processor time and memory in ways that profiles must get right: plain and mutual recursion, inlined calls, closures,
// several goroutines with labels, generics.
package main

import (
	"context"
	"crypto/sha256"
	"os"
	"runtime"
	"runtime/pprof"
	"sort"
	"strings"
	"sync"
	"time"
)

var sink int
var kept [][]byte

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func even(n int) bool {
	if n == 0 {
		return true
	}
	return odd(n - 1)
}

//go:noinline
func odd(n int) bool {
	if n == 0 {
		return false
	}
	return even(n - 1)
}

func small(x int) int { return x*x ^ x>>3 }

func smaller(x int) int { return small(x) + small(x+1) }

//go:noinline
func inlines(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		sum += smaller(i)
	}
	return sum
}

func largest[T int | float64](items []T) T {
	best := items[0]
	for _, item := range items {
		if item > best {
			best = item
		}
	}
	return best
}

func sorting(n int) {
	words := make([]string, n)
	for i := range words {
		words[i] = strings.Repeat(string(rune('a'+i*7%26)), 1+i%9)
	}
	sort.Slice(words, func(a, b int) bool { return words[a] < words[b] })
	sink += len(words[0])
}

func hashing(n int) {
	data := make([]byte, 4096)
	for i := 0; i < n; i++ {
		sum := sha256.Sum256(data)
		copy(data, sum[:])
	}
	sink += int(data[0])
}

func keep(n int) {
	for i := 0; i < n; i++ {
		kept = append(kept, make([]byte, 32<<10))
	}
}

func work(until time.Time) {
	for time.Now().Before(until) {
		sink += fib(18)
		if even(3000) {
			sink++
		}
		sink += inlines(200000)
		sink += largest([]int{1, 2, 3}) + int(largest([]float64{1, 2}))
		sorting(300)
		hashing(1)
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	runtime.MemProfileRate = 4096
	file, err := os.Create(os.Args[1])
	check(err)
	check(pprof.StartCPUProfile(file))
	until := time.Now().Add(4 * time.Second)
	var group sync.WaitGroup
	for _, name := range []string{"first", "second"} {
		name := name
		group.Add(1)
		go func() {
			defer group.Done()
			pprof.Do(context.Background(), pprof.Labels("thread", name, "thread_id", "7"), func(context.Context) { work(until) })
		}()
	}
	group.Wait()
	pprof.StopCPUProfile()
	check(file.Close())
	keep(100)
	runtime.GC()
	file, err = os.Create(os.Args[2])
	check(err)
	check(pprof.WriteHeapProfile(file))
	check(file.Close())
	sink += len(kept)
}
