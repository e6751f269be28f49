// Does one thing after another that a rule has to name; which one is told on the command line.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/pprof"
	"sort"
	"sync"
	"time"
)

type item struct {
	Name  string
	Price float64
	Tags  []string
}

func encode(items []item) int {
	text, _ := json.Marshal(items)
	var back []item
	_ = json.Unmarshal(text, &back)
	return len(back)
}

func match(text string) int {
	return len(regexp.MustCompile(`(\w+)@(\w+)\.com`).FindAllString(text, -1))
}

func print(n int) { fmt.Fprintf(io.Discard, "%d %8.3f %s %v\n", n, float64(n)/3, "text", []int{n, n}) }

func clock(n int) (sum int64) {
	for i := 0; i < n; i++ {
		sum += time.Now().UnixNano()
	}
	return sum
}

type node struct{ left, right *node }

func tree(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{tree(depth - 1), tree(depth - 1)}
}

var counted sync.Mutex
var count int

func contend() {
	var all sync.WaitGroup
	for i := 0; i < 8; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for j := 0; j < 20000; j++ {
				counted.Lock()
				count++
				counted.Unlock()
			}
		}()
	}
	all.Wait()
}

func order(n int) int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = (i * 7919) % n
	}
	sort.Slice(numbers, func(a, b int) bool { return numbers[a] < numbers[b] })
	return numbers[0]
}

func main() {
	items := make([]item, 200)
	for i := range items {
		items[i] = item{fmt.Sprint("item ", i), float64(i) / 7, []string{"a", "b"}}
	}
	file, _ := os.Create(os.Args[2])
	_ = pprof.StartCPUProfile(file)
	for end := time.Now().Add(1200 * time.Millisecond); time.Now().Before(end); {
		switch os.Args[1] {
		case "json":
			encode(items)
		case "regex":
			match("someone@example.com and others@example.com wrote to nobody")
		case "print":
			for i := 0; i < 1000; i++ {
				print(i)
			}
		case "clock":
			clock(10000)
		case "tree":
			tree(16)
		case "lock":
			contend()
		case "sort":
			order(20000)
		}
	}
	pprof.StopCPUProfile()
	file.Close()
}
