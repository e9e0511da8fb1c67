package enginepage

import (
	"errors"
	"slices"
	"time"

	"escale/app/store"
	"escale/engine"
	"escale/engine/mend"
	"escale/views/kit"
	"escale/views/say"
)

// rungs are the steps in the order in which they are climbed. Those of a machine
// that is started come after the first, in their own order.
var rungs = []store.StepName{store.StepLook, store.StepHelper, store.StepConnect, store.StepVersion, store.StepEvents, store.StepLists}

// ladder words the timed steps of the start-up; when it has failed, those that
// were taken. The steps of a machine are told in a few parts: a part that is
// under way says which step it is at.
func ladder(c store.Connection, now time.Time) []kit.Step {
	steps := worded(c, now, func(name store.StepName) string { return stepTitle(name, called(c.Endpoint, c.Version)) }, say.MachinePart)
	if c.Phase == store.Failed {
		steps = slices.DeleteFunc(steps, func(s kit.Step) bool { return s.Progress == kit.Waiting })
	}
	return steps
}

// climbed words the steps of a start-up that is over, in few words.
func climbed(c store.Connection, now time.Time) []kit.Step {
	return worded(c, now, stepDone, say.MachinePartDone)
}

func worded(c store.Connection, now time.Time, title func(store.StepName) string, part func(string) string) []kit.Step {
	var out []kit.Step
	last, took := "", time.Duration(0)
	booted := slices.ContainsFunc(c.Steps, func(step store.Step) bool { return step.Name == store.StepHelper })
	for _, step := range inOrder(c.Steps) {
		name, words := "", title(step.Name)
		if own, ok := step.Name.Machine(); ok {
			name = partOf(own)
			words = part(name)
		} else if booted && step.Name != store.StepLook && step.Name != store.StepHelper {
			name, words = "reach", title(store.StepConnect)
		}
		one := rung(step, words, now)
		if name != "" && step.State == store.StepWorking {
			one.Detail = title(step.Name)
		}
		if name == "" || name != last {
			out, last, took = append(out, plain(one)), name, spentOn(step, now)
			continue
		}
		took += spentOn(step, now)
		out[len(out)-1] = plain(further(out[len(out)-1], one, title(step.Name), took))
	}
	return out
}

// inOrder are the steps as they are climbed.
func inOrder(all []store.Step) []store.Step {
	var steps []store.Step
	for _, name := range rungs {
		for _, step := range all { // the machine's stand behind the helper's
			if _, own := step.Name.Machine(); step.Name == name || own && name == store.StepHelper {
				steps = append(steps, step)
			}
		}
	}
	return steps
}

// partOf is the part of a machine's start that one of its steps belongs to.
func partOf(step string) string {
	switch step {
	case "image", "disk":
		return "files"
	case "vm", "kernel", "root":
		return "linux"
	case "network", "data":
		return "storage"
	case "engine", "ready":
		return "engine"
	}
	return step
}

// further takes a part on to its next step; took is the time of them all.
func further(part, next kit.Step, title string, took time.Duration) kit.Step {
	if next.Progress == kit.Waiting {
		if part.Progress == kit.Done { // the next step is about to begin
			part.Progress, part.Detail = kit.Working, title
		}
		return part
	}
	next.Time = spent(took)
	if next.Progress == kit.Working {
		next.Time = say.Seconds(took)
	}
	return next
}

// plain leaves out a detail that says nothing new.
func plain(one kit.Step) kit.Step {
	if one.Detail == one.Title {
		one.Detail = ""
	}
	return one
}

func spentOn(step store.Step, now time.Time) time.Duration {
	if step.State == store.StepWorking && !step.Started.IsZero() {
		return now.Sub(step.Started)
	}
	return step.Took
}

func rung(step store.Step, title string, now time.Time) kit.Step {
	one := kit.Step{Title: title, Progress: progress(step.State)}
	switch {
	case step.State == store.StepWorking && !step.Started.IsZero():
		one.Time = say.Seconds(now.Sub(step.Started))
	case step.State == store.StepDone || step.State == store.StepBroken:
		one.Time = spent(step.Took)
	}
	if step.Err != nil {
		one.Detail = say.Error(step.Err).Title
	}
	return one
}

// spent writes a time that is over; a short one in milliseconds.
func spent(d time.Duration) string {
	if d < 100*time.Millisecond {
		return say.Count(max(d.Milliseconds(), 1)) + "\u00a0ms"
	}
	return say.Seconds(d)
}

func stepTitle(name store.StepName, engineName string) string {
	switch name {
	case store.StepLook:
		return say.L("engine.step.look")
	case store.StepHelper:
		return say.L("machine.step.helper")
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
	step, _ := name.Machine()
	return say.MachineStep(step)
}

func stepDone(name store.StepName) string {
	switch name {
	case store.StepLook:
		return say.L("engine.did.look")
	case store.StepHelper:
		return say.L("machine.did.helper")
	case store.StepConnect:
		return say.L("engine.did.connect")
	case store.StepVersion:
		return say.L("engine.did.version")
	case store.StepEvents:
		return say.L("engine.did.events")
	case store.StepLists:
		return say.L("engine.did.lists")
	}
	return say.L("machine.did.other")
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

// blame is the engine that a trouble is about, and the trouble: the one in use,
// else the one that failed, else the one most worth mending. Err is nil when
// all is well.
func blame(c store.Connection) engine.Candidate {
	one := engine.Candidate{Endpoint: c.Endpoint, Err: c.Err}
	switch {
	case c.Phase == store.Ready || starting(c.Phase):
		one.Err = nil
		return one
	case c.Phase == store.Unresponsive && one.Err == nil:
		one.Err = engine.Unreachable(engine.ErrTimeout, nil)
	}
	if one.Endpoint.ID != "" {
		return one
	}
	for _, candidate := range c.Candidates {
		if candidate.Err != nil && errors.Is(candidate.Err, c.Err) {
			return candidate
		}
	}
	if candidate, ok := mend.ToMend(c.Candidates); ok {
		return candidate
	}
	return one
}

// usable are the engines that could take the place of one that fails.
func usable(c store.Connection) []engine.Candidate {
	var all []engine.Candidate
	for _, one := range c.Candidates {
		if one.Err == nil && one.Endpoint.ID != c.Endpoint.ID {
			all = append(all, one)
		}
	}
	return all
}

// details is what to copy for whoever helps: the engine's own words.
func details(one engine.Candidate) string {
	text := one.Endpoint.Name + "\n" + one.Endpoint.Host + "\n"
	if one.Endpoint.ID == "" {
		text = ""
	}
	return text + say.Error(one.Err).Detail
}

// verdict says why an engine can or cannot be used.
func verdict(one engine.Candidate) string {
	if unstarted(one) {
		return say.L("machine.can")
	}
	if one.Err != nil {
		return say.Error(one.Err).Title
	}
	return say.L("engine.usable", "Name", joined(one.Version.Product, one.Version.Engine))
}

// called is what to call an engine: what it is, where its name only says how it
// was found.
func called(e engine.Endpoint, v engine.Version) string {
	if e.Kind == engine.EndpointEnv && v.Product != "" {
		return v.Product
	}
	return e.Name
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
func split(candidates []engine.Candidate) (present, empty []engine.Candidate) {
	for _, c := range candidates {
		if c.Endpoint.Kind == engine.EndpointSocket && errors.Is(c.Err, engine.ErrSocketMissing) {
			empty = append(empty, c)
			continue
		}
		present = append(present, c)
	}
	return present, empty
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
	return say.L("engine.unusable")
}
