package shell

import (
	"strconv"

	playing "escale/app/playground"
	"escale/app/store"
	"escale/app/task"
	"escale/views/kit"
	"escale/views/say"
)

// leave ends the program, as the user asked. Downloads and the playground's instances
// end with it: while there are some, it asks first.
func (s *Shell) leave() {
	if s.leaving != nil {
		s.raise() // the question may be behind other windows
		return
	}
	work := unfinished(s.app.Tasks.List.Get())
	instances := s.instances()
	if len(work)+len(instances) == 0 {
		s.close()
		return
	}
	s.raise()
	ask := kit.Confirmation{
		Title: say.N("leave.title", len(work)), Text: say.N("leave.text", len(work)),
		Verb: say.N("leave.verb", len(work)), Cancel: say.L("leave.stay"), Destructive: true,
		OnConfirm: func(bool) { s.close() },
		OnCancel:  func() { s.leaving = nil },
	}
	for _, t := range work {
		ask.Lost = append(ask.Lost, taskTitle(t))
	}
	if len(instances) > 0 {
		ask.Lost = append(ask.Lost, instances...)
		ask.Text = say.N("playground.leave.text", len(instances))
		if len(work) > 0 {
			ask.Text = say.N("leave.text", len(work)) + " " + ask.Text
		} else {
			ask.Title, ask.Verb = say.N("playground.leave.title", len(instances)), say.L("playground.leave.verb")
		}
	}
	s.leaving = kit.Confirm(s.window.Canvas(), ask)
}

// instances are those of the playground, which vanish with the program, by name.
func (s *Shell) instances() (names []string) {
	if s.app.Playground == nil {
		return nil
	}
	for _, i := range s.app.Playground.Instances.Get() {
		if i.Phase != playing.Over && i.Phase != playing.Failed {
			names = append(names, say.L("playground.instance", "Number", strconv.Itoa(i.Number())))
		}
	}
	return names
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
		if t.State == task.Running && (t.Verb == store.VerbPull || t.Verb == store.VerbRun || t.Verb == store.VerbKeep) {
			work = append(work, t)
		}
	}
	return work
}
