package app

import (
	"slices"
	"time"

	"escale/app/task"
	"escale/engine"
)

// stages times the parts of a task and reports them. It belongs to one
// goroutine.
type stages struct {
	p      task.Progress
	report func(task.Progress)
}

func newStages(report func(task.Progress)) *stages {
	return &stages{p: task.Progress{Fraction: -1}, report: report}
}

// enter ends the current stage and begins the next.
func (s *stages) enter(stage task.Stage) {
	s.close()
	s.p.Stage = stage
	s.p.Fraction = -1
	s.p.Stages = append(s.p.Stages, task.StageTime{Stage: stage, Started: time.Now()})
	s.tell()
}

// took is how long stages that have ended took together.
func (s *stages) took(all ...task.Stage) (sum time.Duration) {
	for _, stage := range s.p.Stages {
		if slices.Contains(all, stage.Stage) {
			sum += stage.Took
		}
	}
	return sum
}

// pull passes the progress of a download on.
func (s *stages) pull(p engine.PullProgress) {
	s.p.Pull = p
	s.p.Fraction = max(s.p.Fraction, fraction(p)) // a bar never goes back
	s.tell()
}

// copied passes on how much is copied.
func (s *stages) copied(c task.Copied) {
	s.p.Copied = c
	if c.TotalBytes > 0 {
		s.p.Fraction = min(float64(c.CurrentBytes)/float64(c.TotalBytes), 1)
	}
	s.tell()
}

// made says what the task has made.
func (s *stages) made(id string) {
	s.p.Made = id
	s.tell()
}

// end closes the last stage.
func (s *stages) end() {
	s.close()
	s.p.Fraction = 1
	s.tell()
}

func (s *stages) close() {
	if n := len(s.p.Stages); n > 0 && !s.p.Stages[n-1].Done {
		last := &s.p.Stages[n-1]
		last.Took, last.Done = time.Since(last.Started), true
	}
}

func (s *stages) tell() {
	p := s.p
	p.Stages = slices.Clone(p.Stages)
	p.Pull.Layers = slices.Clone(p.Pull.Layers)
	s.report(p)
}

// fraction is how much of a pull is done: downloads count by bytes for two
// thirds, unpacking by layers for the rest; -1 while no size is known.
func fraction(p engine.PullProgress) float64 {
	if p.TotalBytes <= 0 || len(p.Layers) == 0 {
		return -1
	}
	done := 0
	for _, l := range p.Layers {
		if l.Phase == engine.LayerDone || l.Phase == engine.LayerPresent {
			done++
		}
	}
	loaded := min(float64(p.CurrentBytes)/float64(p.TotalBytes), 1)
	return (2*loaded + float64(done)/float64(len(p.Layers))) / 3
}
