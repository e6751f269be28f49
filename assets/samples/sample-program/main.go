// Command sample does the work of a small billing service for some seconds while Go's own profiler watches:
// it makes bills, writes them as JSON, compresses, reads them back, sorts, adds up and signs them.
// usage: go run . OUT.pb.gz
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log"
	"math/rand"
	"os"
	"regexp"
	"runtime/pprof"
	"sort"
	"strings"
	"time"
)

// Bill is one line of a works bill.
type Bill struct {
	Number   int     `json:"number"`
	Division string  `json:"division"`
	Code     string  `json:"code"`
	Quantity float64 `json:"quantity"`
	Rate     float64 `json:"rate"`
	Remark   string  `json:"remark"`
}

var divisions = []string{"Udaipur", "Jaipur", "Kota", "Ajmer", "Bikaner", "Jodhpur", "Alwar", "Sikar"}
var codePattern = regexp.MustCompile(`^0+([1-9][0-9]*)$`)

func makeBills(r *rand.Rand, count int) []Bill {
	bills := make([]Bill, count)
	for i := range bills {
		bills[i] = Bill{i + 1, divisions[r.Intn(len(divisions))], fmt.Sprintf("%05d", 1+r.Intn(4000)), r.ExpFloat64() * 120, 12 + r.Float64()*9788,
			strings.Repeat("checked ", r.Intn(3))}
	}
	return bills
}

func store(bills []Bill) []byte {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	if err := json.NewEncoder(zip).Encode(bills); err != nil {
		log.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		log.Fatal(err)
	}
	return out.Bytes()
}

func load(stored []byte) []Bill {
	zip, err := gzip.NewReader(bytes.NewReader(stored))
	if err != nil {
		log.Fatal(err)
	}
	var bills []Bill
	if err := json.NewDecoder(zip).Decode(&bills); err != nil {
		log.Fatal(err)
	}
	return bills
}

func sortByAmount(bills []Bill) {
	sort.Slice(bills, func(a, b int) bool { return bills[a].Quantity*bills[a].Rate > bills[b].Quantity*bills[b].Rate })
}

func totals(bills []Bill) map[string]float64 {
	sums := make(map[string]float64)
	for _, bill := range bills {
		if codePattern.MatchString(bill.Code) {
			sums[bill.Division+"/"+bill.Code[:2]] += bill.Quantity * bill.Rate
		}
	}
	return sums
}

func sign(stored []byte) string {
	sum := sha256.Sum256(stored)
	for i := 0; i < 40; i++ {
		sum = sha256.Sum256(append(sum[:], stored[:len(stored)/4]...))
	}
	return fmt.Sprintf("%x", sum)
}

func settle(r *rand.Rand) string {
	stored := store(makeBills(r, 4000))
	bills := load(stored)
	sortByAmount(bills)
	return fmt.Sprintf("%s %d", sign(stored), len(totals(bills)))
}

func main() {
	file, err := os.Create(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		log.Fatal(err)
	}
	r := rand.New(rand.NewSource(7))
	rounds := 0
	for start := time.Now(); time.Since(start) < 5*time.Second; rounds++ {
		settle(r)
	}
	pprof.StopCPUProfile()
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(rounds, "rounds")
}
