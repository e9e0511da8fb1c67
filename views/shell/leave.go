package shell

import (
	"escale/app/store"
	"escale/app/task"
	"escale/views/kit"
	"escale/views/say"
)

// leave ends the program, as the user asked. Downloads end with it: while there
// are some, it asks first.
func (s *Shell) leave() {
	if s.leaving != nil {
		s.raise() // the question may be behind other windows
		return
	}
	work := unfinished(s.app.Tasks.List.Get())
	if len(work) == 0 {
		s.close()
		return
	}
	s.raise()
	titles := make([]string, len(work))
	for i, t := range work {
		titles[i] = taskTitle(t)
	}
	s.leaving = kit.Confirm(s.window.Canvas(), kit.Confirmation{
		Title: say.N("leave.title", len(work)), Text: say.N("leave.text", len(work)), Lost: titles,
		Verb: say.N("leave.verb", len(work)), Cancel: say.L("leave.stay"), Destructive: true,
		OnConfirm: func(bool) { s.close() },
		OnCancel:  func() { s.leaving = nil },
	})
}

// rest stops the samples while the window is hidden or minimized. It comes back
// to the foreground before anybody sees it again.
func (s *Shell) rest() {
	if s.hidden || minimized(s.window) {
		s.app.Stats.Pause(true)
	}
}

// unfinished is the work that would be lost with the program. The engine
// finishes the rest by itself.
func unfinished(all []task.Task) []task.Task {
	var work []task.Task
	for _, t := range all {
		if t.State == task.Running && (t.Verb == store.VerbPull || t.Verb == store.VerbRun) {
			work = append(work, t)
		}
	}
	return work
}
