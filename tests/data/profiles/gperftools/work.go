// The texts that Go's own profiles are written as when asked for with debug=1.
package main

import (
	"os"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

var kept [][]byte

//go:noinline
func keep(n int) {
	for i := 0; i < n; i++ {
		kept = append(kept, make([]byte, 200000))
	}
}

//go:noinline
func contend(mutex *sync.Mutex, group *sync.WaitGroup) {
	for i := 0; i < 20; i++ {
		mutex.Lock()
		time.Sleep(time.Millisecond)
		mutex.Unlock()
	}
	group.Done()
}

func wait(stop chan bool) { <-stop }

func save(profile, path string) {
	file, err := os.Create(path)
	if err != nil {
		panic(err)
	}
	pprof.Lookup(profile).WriteTo(file, 1)
	file.Close()
}

func main() {
	runtime.MemProfileRate = 1000
	runtime.SetMutexProfileFraction(2)
	runtime.SetBlockProfileRate(1)
	var mutex sync.Mutex
	var group sync.WaitGroup
	group.Add(3)
	for i := 0; i < 3; i++ {
		go contend(&mutex, &group)
	}
	group.Wait()
	keep(40)
	for at := 10; at < len(kept); at++ {
		kept[at] = nil
	}
	runtime.GC()
	stop := make(chan bool)
	for i := 0; i < 5; i++ {
		go wait(stop)
	}
	time.Sleep(10 * time.Millisecond)
	for _, profile := range []string{"heap", "mutex", "block", "goroutine"} {
		save(profile, "go."+profile)
	}
}
