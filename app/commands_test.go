package app

import (
	"slices"
	"testing"
	"testing/synctest"

	"escale/app/task"
)

// TestOperationsAreRecorded finds what operations did in the log of commands,
// what a run makes and undoes beside the container, too.
func TestOperationsAreRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, stop := start(t, hub())
		defer stop()
		run := result(t, a, func() int { return a.RunImage(redis()) })
		if run.State != task.Done {
			t.Fatal(run.Err)
		}
		result(t, a, func() int { return a.StopContainer(run.Result) })
		result(t, a, func() int { return a.RemoveVolume("hello-data") })
		entries, _ := a.Commands.Entries(false)
		var lines []string
		for _, e := range entries {
			lines = append(lines, e.Line())
		}
		want := []string{
			"docker pull redis:8", "docker network create hello-net",
			"docker run -d --name hello -p 127.0.0.1:6379:6379 -v hello-data:/data --network hello-net redis:8",
			"docker stop -t 10 hello", "docker volume rm hello-data",
		}
		if !slices.Equal(lines, want) {
			t.Errorf("recorded %q\nwant     %q", lines, want)
		}
		if all, _ := a.Commands.Entries(true); len(all) <= len(entries) {
			t.Error("no question was recorded")
		}
	})
}
