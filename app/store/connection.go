package store

import (
	"errors"
	"strings"
	"time"

	"escale/engine"
	"escale/engine/machine"
)

// Phase is how far the app has come with its engine.
type Phase int

// The phases of a connection.
const (
	Searching    Phase = iota // looking for engines
	Connecting                // one was chosen
	Loading                   // it answers; the first lists are under way
	Ready                     // lists are live
	Reconnecting              // it was there, and is gone; trying again
	Unresponsive              // connected, but it has not answered for seconds
	Failed                    // no usable engine: see Err and Candidates
)

// Connection is the state of the app's link to an engine.
type Connection struct {
	Phase    Phase
	Endpoint engine.Endpoint // zero until one was chosen
	Version  engine.Version
	Info     engine.Info
	Since    time.Time // when this phase began
	Lost     time.Time // when contact was lost; zero while there is contact
	NextTry  time.Time // Reconnecting: when the next attempt starts
	Err      error
	Steps    []Step // of the start-up ladder, in order
	// Candidates are the engines found, in the order of preference; those still
	// being probed are not in it. Missing ones wrap engine.ErrSocketMissing.
	Candidates []engine.Candidate
	Chosen     bool // the user chose this engine, it was not the first that works
}

// Halted tells whether no engine is in use because the Escale Machine is at rest,
// which is no trouble: it was stopped, or never started. name is the machine's.
func (c Connection) Halted() (name string, halted bool) {
	if c.Phase != Failed {
		return "", false
	}
	one, err := c.Endpoint, c.Err
	for _, candidate := range c.Candidates {
		if one.ID == "" && candidate.Err != nil && errors.Is(candidate.Err, c.Err) {
			one, err = candidate.Endpoint, candidate.Err
		}
	}
	return one.Name, one.Kind == engine.EndpointMachine && AtRest(err)
}

// AtRest tells whether an error of the machine's endpoint only says that it does
// not run, and not that it cannot.
func AtRest(err error) bool {
	if !errors.Is(err, engine.ErrNotStarted) {
		return false
	}
	_, failed := errors.AsType[*machine.Failure](err)
	for _, broken := range []error{machine.ErrHelperMissing, machine.ErrHelperFailed, machine.ErrImageMissing, machine.ErrNoHelper} {
		failed = failed || errors.Is(err, broken)
	}
	return !failed
}

// StepName names a rung of the start-up ladder.
type StepName string

// The rungs, in order. Between the first two are those of the Escale Machine
// where it is being started: StepHelper, then a MachineStep for each of its own.
const (
	StepLook    StepName = "look"    // look for engines on this computer
	StepConnect StepName = "connect" // reach the chosen one
	StepVersion StepName = "version" // agree on an API version
	StepLists   StepName = "lists"   // read containers, images, volumes, networks
	StepEvents  StepName = "events"  // subscribe to changes

	StepHelper StepName = "helper" // start the helper, the program that runs the machine
)

// machinePrefix is what the names of a machine's rungs begin with.
const machinePrefix = "machine:"

// MachineStep is the rung of a step of the Escale Machine's start, such as
// "kernel"; see machine.Step.
func MachineStep(name string) StepName { return StepName(machinePrefix + name) }

// Machine is the machine's own name of a MachineStep; false for other rungs.
func (n StepName) Machine() (name string, ok bool) {
	return strings.CutPrefix(string(n), machinePrefix)
}

// StepState is how far a rung has come.
type StepState int

// The states of a rung.
const (
	StepWaiting StepState = iota
	StepWorking
	StepDone
	StepBroken
)

// Step is one timed rung.
type Step struct {
	Name    StepName
	State   StepState
	Started time.Time
	Took    time.Duration // so far, or in all once done
	Err     error
}

// Verb is what is being done to an object.
type Verb string

// The verbs of tasks and busy marks.
const (
	VerbRun     Verb = "run"
	VerbPull    Verb = "pull"
	VerbCreate  Verb = "create"
	VerbStart   Verb = "start"
	VerbStop    Verb = "stop"
	VerbRestart Verb = "restart"
	VerbPause   Verb = "pause"
	VerbResume  Verb = "resume"
	VerbKill    Verb = "kill"
	VerbRename  Verb = "rename"
	VerbRemove  Verb = "remove"
	VerbUpdate  Verb = "update"
	VerbPrune   Verb = "prune"
	VerbTag     Verb = "tag"
	VerbConnect Verb = "connect"
	VerbTrim    Verb = "trim"    // give disk space back
	VerbReclaim Verb = "reclaim" // give memory back
	VerbReset   Verb = "reset"   // remove a machine with all that it holds
	VerbBackup  Verb = "backup"  // write a machine's data to a file
	VerbRestore Verb = "restore" // replace a machine's data by a backup's
	VerbMove    Verb = "move"    // move a machine's data to another disk
	VerbUpgrade Verb = "upgrade" // use another version of a machine
	VerbCompare Verb = "compare" // a container with a virtual machine
	VerbKeep    Verb = "keep"    // copy a container of the playground to the engine in use
)

// Busy is an action under way on one object.
type Busy struct {
	Verb   Verb
	Since  time.Time
	TaskID int
}
