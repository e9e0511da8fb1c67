package instance_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/app/instance"
)

func join(t *testing.T, dir string, arguments ...string) (*instance.First, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	return instance.Join(ctx, dir, arguments)
}

// The first one has the pipe, the second one its answer, and after the first one
// has ended the next one is the first. Wine cannot remove t.TempDir.
func TestPipeIsHandedOver(t *testing.T) {
	dir, err := os.MkdirTemp("", "escale") //nolint:usetesting // as above
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(dir, "run")
	first, err := join(t, dir)
	if err != nil || first == nil {
		t.Fatalf("the first start is not the first one: %v", err)
	}
	got := make(chan []string, 1)
	first.Handle(func(arguments []string) { got <- arguments })
	if second, err := join(t, dir, "hello"); err != nil || second != nil {
		t.Fatalf("the second start: %v, %v", second, err)
	}
	if a := <-got; !slices.Equal(a, []string{"hello"}) {
		t.Errorf("got %q", a)
	}
	if _, err := join(t, dir, strings.Repeat("x", instance.LongestMessage)); !errors.Is(err, instance.ErrTooLong) {
		t.Errorf("too much: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := join(t, dir)
	if err != nil || again == nil {
		t.Fatalf("after its end the next start is not the first one: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}
