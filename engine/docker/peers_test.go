//go:build testbed

package docker

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"escale/engine"
)

// BenchmarkListAgainstCLI reads the containers of a real engine, and has the
// docker command do the same in the same run: "x-of-cli" is our share of its
// time, so that a slow machine does not matter.
func BenchmarkListAgainstCLI(b *testing.B) {
	host := os.Getenv(dockerVar)
	e, err := Connect(b.Context(), engine.Endpoint{ID: "bench", Host: host})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = e.Close() })
	var ours, theirs time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := e.ListContainers(b.Context()); err != nil {
			b.Fatal(err)
		}
		ours += time.Since(start)
		start = time.Now()
		if out, err := exec.CommandContext(b.Context(), "docker", "-H", host, "ps", "--all", "--no-trunc").CombinedOutput(); err != nil {
			b.Fatalf("docker ps: %v: %s", err, out)
		}
		theirs += time.Since(start)
	}
	b.ReportMetric(float64(ours)/float64(theirs), "x-of-cli")
	b.ReportMetric(float64(ours.Microseconds())/float64(b.N), "µs/list")
}
