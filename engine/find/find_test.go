package find_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"escale/engine"
	"escale/engine/find"
	"escale/engine/mend"
)

// candidates probes every place.
func (c *computer) candidates(t *testing.T) []engine.Candidate {
	t.Helper()
	all := find.Places(c.Environment)
	var probes sync.WaitGroup
	for i, place := range all {
		if place.Err == nil {
			probes.Go(func() { all[i] = find.Probe(t.Context(), place.Endpoint) })
		}
	}
	probes.Wait()
	return all
}

func TestNoneFound(t *testing.T) {
	c := newComputer(t, "linux")
	all := c.candidates(t)
	for _, x := range all {
		expect(t, x.Err, engine.ErrSocketMissing)
	}
	if len(mend.Present(all)) != 0 {
		t.Errorf("present: %v", mend.Present(all))
	}
	if got, ok := mend.ToMend(all); ok {
		t.Errorf("nothing to mend, got %+v", got)
	}
}

func TestToMend(t *testing.T) {
	c := newComputer(t, "linux")
	c.listen(t, "r/podman/podman.sock")
	c.listen(t, "h/.rd/docker.sock")
	c.write(t, "var/run/docker.sock", "left behind")
	c.vars["DOCKER_HOST"] = "unix://" + c.dir + "/none"
	all := c.candidates(t)
	i := slices.IndexFunc(all, func(c engine.Candidate) bool { return c.Err == nil })
	if i < 0 || all[i].Endpoint.Name != "Rancher Desktop" {
		t.Errorf("the first that works is %d of %+v", i, all)
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
