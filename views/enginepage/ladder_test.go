package enginepage

import (
	"slices"
	"testing"
	"time"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
)

// TestMachinesStepsAreInTheLadder checks that the steps of a machine that is
// started are shown in its own order, after the search.
func TestMachinesStepsAreInTheLadder(t *testing.T) {
	failed := &machine.Failure{Cause: machine.CauseEngineFailed, Detail: "exit status 1"}
	c := store.Connection{
		Phase: store.Connecting, Endpoint: engine.Endpoint{ID: "machine", Kind: engine.EndpointMachine, Name: "Escale Machine"},
		Steps: []store.Step{
			{Name: store.StepLook, State: store.StepDone},
			{Name: store.StepHelper, State: store.StepDone, Took: 40 * time.Millisecond},
			{Name: store.MachineStep("network"), State: store.StepDone, Took: 1200 * time.Millisecond},
			{Name: store.MachineStep("data"), State: store.StepDone, Took: 3 * time.Second},
			{Name: store.MachineStep("engine"), State: store.StepBroken, Took: time.Second, Err: failed},
			{Name: store.StepConnect},
			{Name: store.StepVersion},
			{Name: store.StepLists},
			{Name: store.StepEvents},
		},
	}
	var got []string
	for _, s := range ladder(c, time.Now()) {
		got = append(got, s.Title+"|"+s.Time+"|"+s.Detail)
	}
	want := []string{
		"Looking for engines on this computer|1\u00a0ms|", "Starting Escale’s helper|40\u00a0ms|", "Connecting it to the network|1.2\u00a0s|",
		"Opening its storage|3.0\u00a0s|", "Starting the engine in it|1.0\u00a0s|The engine in the machine did not start",
		"Reaching Escale Machine||", "Agreeing on a version||", "Listening for changes||", "Reading containers, images and volumes||",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if done := climbed(c, time.Now()); done[3].Title != "Opened its storage" {
		t.Errorf("afterwards it says %q", done[3].Title)
	}
}
