// Package deeper has a file in a folder of its own.
package deeper

// Mix mixes numbers.
//
//go:noinline
func Mix(n int) int {
	a, b := 1, 2
	for i := 0; i < n; i++ {
		a = a*31 ^ b
		b = b*17 + a/5
	}
	return a + b
}
