// Does one thing after another that a rule has to name; which one is told on the command line.
package main

import (
	"crypto/rand"
	"crypto/rsa"
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

func sign(key *rsa.PrivateKey, text []byte) int {
	signed, _ := rsa.SignPKCS1v15(nil, key, 0, text)
	return len(signed)
}

func fail(depth int) {
	if depth == 0 {
		panic("nothing here")
	}
	fail(depth - 1)
}

func try() (failed bool) {
	defer func() { failed = recover() != nil }()
	fail(20)
	return false
}

// Two that hand one number to and fro and do nothing else.
func hand(times int) int {
	there, back := make(chan int), make(chan int)
	go func() {
		for n := range there {
			back <- n + 1
		}
		close(back)
	}()
	n := 0
	for i := 0; i < times; i++ {
		there <- n
		n = <-back
	}
	close(there)
	return n
}

func main() {
	key, _ := rsa.GenerateKey(rand.Reader, 2048)
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
		case "sign":
			sign(key, []byte("a text of some length"))
		case "panic":
			try()
		case "hand":
			hand(1000)
		}
	}
	pprof.StopCPUProfile()
	file.Close()
}
