package app

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"escale/app/task"
	"escale/engine"
	"escale/engine/enginetest"
)

func TestJoinNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := enginetest.New()
		fake.AddContainer(engine.Container{ID: "db", Name: "db", State: engine.StateRunning, Networks: []string{"bridge"}})
		a, stop := start(t, fake)
		defer stop()
		fake.Fail("ConnectNetwork", engine.ErrInvalid)
		end := result(t, a, func() int { return a.JoinNetwork("db", "hello-net") })
		if !errors.Is(end.Err, engine.ErrInvalid) {
			t.Errorf("ended with %v", end.Err)
		}
		if found := left(t, fake); !slices.Equal(found, []string{"container db"}) {
			t.Errorf("left behind: %v", found)
		}
		fake.Fail("ConnectNetwork", nil)
		for _, network := range []string{"hello-net", "other"} {
			if network == "other" {
				fake.AddNetwork(engine.Network{Name: network})
			}
			if end := result(t, a, func() int { return a.JoinNetwork("db", network) }); end.State != task.Done {
				t.Fatalf("ended %v with %v", end.State, end.Err)
			}
			if row := a.Store.Containers.Get().Rows[0]; !slices.Contains(row.Networks, network) {
				t.Errorf("the store shows it on %v", row.Networks)
			}
		}
	})
}
