package enginepage

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/say"
)

// TestMachinesStepsAreInTheLadder checks that the steps of a machine that is
// started are told in a few parts, after the search, and that a part says which
// step it is at.
func TestMachinesStepsAreInTheLadder(t *testing.T) {
	failed := &machine.Failure{Cause: machine.CauseEngineFailed, Detail: "exit status 1"}
	now := time.Now()
	step := func(name string, state store.StepState, took time.Duration) store.Step {
		return store.Step{Name: store.MachineStep(name), State: state, Took: took, Started: now.Add(-took)}
	}
	c := store.Connection{
		Phase: store.Connecting, Endpoint: engine.Endpoint{ID: "machine", Kind: engine.EndpointMachine, Name: "Escale Machine"},
		Steps: []store.Step{
			{Name: store.StepLook, State: store.StepDone},
			{Name: store.StepHelper, State: store.StepDone, Took: 40 * time.Millisecond},
			step("image", store.StepDone, time.Second), step("disk", store.StepDone, 200*time.Millisecond),
			step("vm", store.StepDone, time.Second), step("kernel", store.StepWorking, 2*time.Second), step("root", store.StepWaiting, 0),
			step("network", store.StepWaiting, 0), step("data", store.StepWaiting, 0),
			step("engine", store.StepWaiting, 0), step("ready", store.StepWaiting, 0),
			{Name: store.StepConnect},
			{Name: store.StepVersion},
			{Name: store.StepLists},
			{Name: store.StepEvents},
		},
	}
	told := func(steps []kit.Step) []string {
		var got []string
		for _, s := range steps {
			got = append(got, fmt.Sprintf("%s|%d|%s|%s", s.Title, s.Progress, s.Time, s.Detail))
		}
		return got
	}
	want := []string{
		"Looking for engines on this computer|2|1\u00a0ms|", "Starting Escale’s helper|2|40\u00a0ms|",
		"Checking the machine’s files|2|1.2\u00a0s|", "Starting its Linux|1|3.0\u00a0s|",
		"Preparing network and storage|0||", "Starting the engine in it|0||",
		"Reaching Escale Machine|0||",
	}
	if got := told(ladder(c, now)); !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}

	for i := 5; i < 9; i++ { // kernel, root, network and data are done
		c.Steps[i] = step(machineSteps[i-2], store.StepDone, time.Second)
	}
	c.Steps[9] = store.Step{Name: store.MachineStep("engine"), State: store.StepBroken, Took: time.Second, Err: failed}
	c.Phase = store.Failed
	want = append(want[:3:3], "Starting its Linux|2|3.0\u00a0s|", "Preparing network and storage|2|2.0\u00a0s|",
		"Starting the engine in it|3|1.0\u00a0s|The engine in the machine did not start")
	if got := told(ladder(c, now)); !slices.Equal(got, want) {
		t.Errorf("failed: got\n%q\nwant\n%q", got, want)
	}

	c.Steps[9], c.Steps[10] = step("engine", store.StepDone, time.Second), step("ready", store.StepDone, time.Second)
	if done := told(climbed(c, now)); done[5] != "Started the engine in it|2|2.0\u00a0s|" || done[3] != "Started its Linux|2|3.0\u00a0s|" {
		t.Errorf("afterwards it says %q", done)
	}
}

// TestPartsHaveNoGaps checks that between two steps of a part the ladder does
// not say that it is over.
func TestPartsHaveNoGaps(t *testing.T) {
	now := time.Now()
	c := store.Connection{Phase: store.Connecting, Steps: []store.Step{
		{Name: store.MachineStep("vm"), State: store.StepDone, Took: time.Second}, {Name: store.MachineStep("root")},
	}}
	c.Steps = append(c.Steps, store.Step{Name: store.StepHelper, State: store.StepDone})
	got := ladder(c, now)[:1]
	if len(got) != 1 || got[0].Progress != kit.Working || got[0].Detail != say.MachineStep("root") || got[0].Time != "1.0\u00a0s" {
		t.Errorf("it says %+v", got)
	}
}

var machineSteps = []string{"image", "disk", "vm", "kernel", "root", "network", "data", "engine", "ready"}
