package find_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/engine"
	"escale/engine/find"
	"escale/engine/mend"
)

func TestNoneFound(t *testing.T) {
	c := newComputer(t, "linux")
	all := find.Candidates(t.Context(), c.Environment)
	for _, x := range all {
		expect(t, x.Err, engine.ErrSocketMissing)
	}
	if len(mend.Present(all)) != 0 {
		t.Errorf("present: %v", mend.Present(all))
	}
	_, err := find.Best(all)
	expect(t, err, engine.ErrNoEngine)
	if errors.Is(err, engine.ErrSocketMissing) || !strings.Contains(err.Error(), "/var/run/docker.sock") {
		t.Errorf("got %v", err)
	}
	if got, ok := mend.ToMend(all); ok {
		t.Errorf("nothing to mend, got %+v", got)
	}
}

func TestBest(t *testing.T) {
	c := newComputer(t, "linux")
	c.listen(t, "r/podman/podman.sock")
	c.listen(t, "h/.rd/docker.sock")
	c.write(t, "var/run/docker.sock", "left behind")
	c.vars["DOCKER_HOST"] = "unix://" + c.dir + "/none"
	all := find.Candidates(t.Context(), c.Environment)
	best, err := find.Best(all)
	if err != nil || best.Endpoint.Name != "Rancher Desktop" {
		t.Errorf("got %+v, %v", best, err)
	}
	if mend, ok := mend.ToMend(all); !ok || mend.Endpoint.Name != "Docker" || !errors.Is(mend.Err, engine.ErrRefused) {
		t.Errorf("to mend: %+v", mend)
	}
	if got, want := c.ids(mend.Present(all)), []string{"env", "socket:/var/run/docker.sock", "socket:/h/.rd/docker.sock", "socket:/r/podman/podman.sock"}; !slices.Equal(got, want) {
		t.Errorf("present: got %v, want %v", got, want)
	}
	if mend, ok := mend.ToMend(all[:1]); !ok || mend.Endpoint.ID != "env" {
		t.Errorf("to mend: %+v", mend)
	}
}

// A hanging engine holds up nobody else's answer.
func TestAnswersAsTheyCome(t *testing.T) {
	c := newComputer(t, "linux")
	c.listen(t, "r/docker.sock")
	hanging := shortDir(t) + "/s"
	listen(t, "unix", hanging)
	c.vars["DOCKER_HOST"] = "unix://" + hanging
	places := find.Places(c.Environment)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	start := time.Now()
	reported := map[int]bool{}
	find.ProbeAll(ctx, places, func(i int, x engine.Candidate) {
		if reported[i] || x.Endpoint != places[i].Endpoint {
			t.Errorf("%d: got %+v, want %+v", i, x.Endpoint, places[i].Endpoint)
		}
		reported[i] = true
		if x.Err == nil {
			cancel() // good enough
		}
		if i == 0 {
			expect(t, x.Err, context.Canceled)
		}
	})
	if len(reported) != len(places) || time.Since(start) > 2*time.Second {
		t.Errorf("%d of %d in %v", len(reported), len(places), time.Since(start))
	}
}
