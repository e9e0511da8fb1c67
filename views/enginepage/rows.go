package enginepage

import (
	"errors"
	"time"

	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/say"
)

// ladder words the timed steps of the start-up.
func ladder(c store.Connection, now time.Time) []kit.Step {
	steps := make([]kit.Step, len(c.Steps))
	for i, step := range c.Steps {
		steps[i] = kit.Step{Title: stepTitle(step.Name, c.Endpoint.Name), Progress: progress(step.State)}
		switch {
		case step.State == store.StepWorking && !step.Started.IsZero():
			steps[i].Time = say.Seconds(now.Sub(step.Started))
		case step.State == store.StepDone || step.State == store.StepBroken:
			steps[i].Time = say.Seconds(step.Took)
		}
		if step.Err != nil {
			steps[i].Detail = say.Error(step.Err).Title
		}
	}
	return steps
}

func stepTitle(name store.StepName, engineName string) string {
	switch name {
	case store.StepLook:
		return say.L("engine.step.look")
	case store.StepConnect:
		if engineName == "" {
			return say.L("engine.step.connect.any")
		}
		return say.L("engine.step.connect", "Name", engineName)
	case store.StepVersion:
		return say.L("engine.step.version")
	case store.StepEvents:
		return say.L("engine.step.events")
	case store.StepLists:
		return say.L("engine.step.lists")
	}
	return string(name)
}

func progress(s store.StepState) kit.Progress {
	switch s {
	case store.StepWorking:
		return kit.Working
	case store.StepDone:
		return kit.Done
	case store.StepBroken:
		return kit.Broken
	case store.StepWaiting:
	}
	return kit.Waiting
}

// why says how an engine was found.
func why(e engine.Endpoint) string {
	switch {
	case e.Kind == engine.EndpointEnv:
		return say.L("engine.why.env")
	case e.Kind == engine.EndpointContext && e.Current:
		return say.L("engine.why.current")
	case e.Kind == engine.EndpointContext:
		return say.L("engine.why.context")
	case e.Kind == engine.EndpointMachine:
		return say.L("engine.why.machine")
	}
	return say.L("engine.why.socket")
}

// split parts the engines that something can be said about from the usual
// places where nothing is.
func split(candidates []engine.Candidate) (found []engine.Candidate, empty int) {
	for _, c := range candidates {
		if c.Endpoint.Kind == engine.EndpointSocket && errors.Is(c.Err, engine.ErrSocketMissing) {
			empty++
			continue
		}
		found = append(found, c)
	}
	return found, empty
}

// condition is how the connection looks as a badge.
func condition(p store.Phase) kit.Condition {
	switch p {
	case store.Ready:
		return kit.IsRunning
	case store.Failed:
		return kit.IsFailed
	case store.Reconnecting, store.Unresponsive:
		return kit.IsUnknown
	case store.Searching, store.Connecting, store.Loading:
	}
	return kit.IsStarting
}

// phaseWord is the badge's word.
func phaseWord(p store.Phase) string {
	switch p {
	case store.Searching:
		return say.L("pill.searching")
	case store.Connecting:
		return say.L("pill.connecting")
	case store.Loading:
		return say.L("pill.loading")
	case store.Ready:
		return say.L("pill.ready")
	case store.Reconnecting:
		return say.L("pill.reconnecting")
	case store.Unresponsive:
		return say.L("pill.unresponsive")
	case store.Failed:
	}
	return say.L("pill.failed")
}

// fact is one line of the engine's card.
type fact struct{ name, value string }

// facts are what is known about the engine in use.
func facts(c store.Connection) []fact {
	v, i := c.Version, c.Info
	all := []fact{
		{say.L("engine.fact.version"), joined(v.Product, v.Engine)},
		{say.L("engine.fact.api"), apiRange(v)},
		{say.L("engine.fact.system"), i.OperatingSystem},
		{say.L("engine.fact.cpus"), positive(int64(i.CPUs), func(n int64) string { return say.Count(n) })},
		{say.L("engine.fact.memory"), positive(i.MemoryBytes, say.Bytes)},
		{say.L("engine.fact.storage"), i.StorageDriver},
		{say.L("engine.fact.address"), c.Endpoint.Host},
	}
	known := all[:0]
	for _, f := range all {
		if f.value != "" {
			known = append(known, f)
		}
	}
	return known
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

func apiRange(v engine.Version) string {
	if v.MinAPI == "" {
		return v.API
	}
	return say.L("engine.api", "API", v.API, "Min", v.MinAPI)
}

func positive(n int64, words func(int64) string) string {
	if n <= 0 {
		return ""
	}
	return words(n)
}
