// Package task runs long operations that belong to the app and outlive the
// screen that started them.
package task

import (
	"time"

	"escale/app/store"
	"escale/engine"
)

// State is the life of a task.
type State int

// The states of a task.
const (
	Running State = iota
	Cancelling
	Done
	Failed
	Cancelled
)

// Task is a task as views show it; each change makes a new value.
type Task struct {
	ID       int
	Key      string     // one running task per key, such as "stop:<id>" or "pull:<ref>"
	Verb     store.Verb // what it does …
	Subject  string     // … to what, as the user calls it: "hello-nginx", "nginx:1.29"
	ObjectID string     // the object it acts on, for busy marks; may be empty
	Quiet    bool       // not shown in the drawer unless it is slow or fails
	State    State
	Started  time.Time
	Ended    time.Time
	Progress Progress
	Err      error
	Result   string // what it made: a container's ID, for one
}

// Over reports whether the task has ended.
func (t Task) Over() bool { return t.State == Done || t.State == Failed || t.State == Cancelled }

// Slow reports whether it has run for over two seconds at now.
func (t Task) Slow(now time.Time) bool { return !t.Over() && now.Sub(t.Started) > 2*time.Second }

// Progress is how far a task has come.
type Progress struct {
	Fraction float64 // 0 to 1; negative when unknown
	Stage    Stage
	Stages   []StageTime // ended and current stages, in order
	Pull     engine.PullProgress
	Copied   Copied
	Made     string // what was made so far, such as a container's ID; becomes Task.Result
}

// Copied is how much of the files to copy is copied, in bytes.
type Copied struct{ CurrentBytes, TotalBytes int64 }

// Stage is a timed part of a task.
type Stage string

// The stages of running an image.
const (
	StagePull    Stage = "pull"
	StageCopy    Stage = "copy"    // only when folders are copied into volumes for it
	StageNetwork Stage = "network" // only when a network is made for it
	StageCreate  Stage = "create"
	StageStart   Stage = "start"
	StageCommit  Stage = "commit"  // a container of the playground becomes an image …
	StageKeep    Stage = "keep"    // … which is copied to the engine in use
	StageCompare Stage = "compare" // of a comparison, which tells itself how far it is
)

// StageTime is a stage and how long it took, or has taken so far.
type StageTime struct {
	Stage   Stage
	Started time.Time
	Took    time.Duration
	Done    bool
}
