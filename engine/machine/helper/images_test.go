//go:build !windows

package helper

import (
	"os"
	"sync"
	"testing"

	"escale/engine/machine/machinetest"
)

// TestImageOfMany: machines that start at once share one copy, which is never
// replaced by another while somebody boots from it.
func TestImageOfMany(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	from, err := openImage([]string{b.image})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	taken := make([]os.FileInfo, 8)
	for n := range taken {
		all.Go(func() {
			have, err := b.h.kept.take(t.Context(), from, new(meter))
			if err == nil {
				taken[n], err = os.Stat(have.path(rootFile))
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for n, info := range taken {
		if info == nil || !os.SameFile(info, taken[0]) {
			t.Errorf("the %d. has a copy of its own", n+1)
		}
	}
	for range taken {
		b.h.kept.release(from.hash)
	}
}
