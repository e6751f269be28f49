// Spends processor time and memory in one of two ways, so that two recordings of it differ: the newer one has no bubble sort, hashes in
// another function, and formats more.
package main

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"sort"
	"strings"
	"time"
)

var sink int
var kept []string

//go:noinline
func bubble(items []int) {
	for i := range items {
		for j := 1; j < len(items)-i; j++ {
			if items[j-1] > items[j] {
				items[j-1], items[j] = items[j], items[j-1]
			}
		}
	}
}

func items(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i * 7919 % n
	}
	return list
}

//go:noinline
func hashOld(n int) {
	data := make([]byte, 2048)
	for i := 0; i < n; i++ {
		sum := md5.Sum(data)
		copy(data, sum[:])
	}
	sink += int(data[0])
}

//go:noinline
func hashNew(n int) {
	data := make([]byte, 2048)
	for i := 0; i < n; i++ {
		sum := sha256.Sum256(data)
		copy(data, sum[:])
	}
	sink += int(data[0])
}

//go:noinline
func words(n int) {
	text := make([]string, 0, n)
	for i := 0; i < n; i++ {
		text = append(text, fmt.Sprintf("%d-%s", i, strings.Repeat("x", i%13)))
	}
	sort.Strings(text)
	sink += len(strings.Join(text, " "))
	if len(kept) < 3000 {
		kept = append(kept, text[:n/4]...)
	}
}

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func round(newer bool) {
	sink += fib(20)
	if newer {
		list := items(400)
		sort.Ints(list)
		hashNew(20)
		words(500)
		return
	}
	bubble(items(400))
	hashOld(20)
	words(300)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	newer := os.Args[1] == "new"
	runtime.MemProfileRate = 4096
	file, err := os.Create(os.Args[2])
	check(err)
	check(pprof.StartCPUProfile(file))
	for until := time.Now().Add(2500 * time.Millisecond); time.Now().Before(until); {
		round(newer)
	}
	pprof.StopCPUProfile()
	check(file.Close())
	runtime.GC()
	file, err = os.Create(os.Args[3])
	check(err)
	check(pprof.WriteHeapProfile(file))
	check(file.Close())
	sink += len(kept)
}
