package container

import (
	"fyne.io/fyne/v2"

	"escale/app/diagnosis"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// callout explains why the container does not run; nil when there is nothing
// to explain.
func (o *overview) callout() fyne.CanvasObject {
	f := o.why
	if blocked, ok := life.FirstWrong(o.screen.links(o.drawn.Container)); ok {
		return kit.Callout(kit.Caution, blocked.Wrong.Title, blocked.Wrong.Hint,
			kit.SmallButton(kit.Secondary, theme.IconPencil, say.L("container.fix.other"), func() {
				o.screen.host.Open(nav.Route{Place: nav.Run, ID: o.drawn.Image})
			}))
	}
	if f.Reason == diagnosis.Running || f.Reason == diagnosis.Removing || o.drawn.ID == "" {
		return nil
	}
	w := life.Explain(f)
	if w.Title == "" {
		return nil
	}
	tone := kit.Note
	if f.Trouble() {
		tone = kit.Problem
	}
	actions := o.remedies(f)
	if f.Words == "" || !f.Trouble() {
		return kit.Callout(tone, w.Title, w.Text, actions...)
	}
	actions = append(actions, kit.SmallButton(kit.Quiet, theme.IconInfo, say.L("action.details"), func() {
		o.details = !o.details
		o.build()
	}))
	callout := kit.Callout(tone, w.Title, w.Text, actions...)
	if !o.details {
		return callout
	}
	copyWords := kit.CopyButton(say.L("action.copydetails"), say.L("action.copied"), func() string { return f.Words })
	return kit.Col(theme.Space2, callout, kit.Well(kit.Col(theme.Space2,
		kit.NewParagraph(f.Words, theme.MonoSmall, theme.InkMuted), kit.Start(copyWords))))
}

// remedies are what may help, the likeliest first.
func (o *overview) remedies(f diagnosis.Finding) []fyne.CanvasObject {
	s := o.screen
	logs := kit.SmallButton(kit.Quiet, theme.IconLogs, say.L("container.fix.lastlines"), func() {
		s.tabs.SetSelected(logsTab)
		s.openTab(logsTab)
	})
	again := o.change(theme.IconPlay, say.L("container.fix.again"), func() { life.Do(s.app, store.VerbStart, s.id) })
	other := kit.SmallButton(kit.Secondary, theme.IconPencil, say.L("container.fix.other"), func() {
		s.host.Open(nav.Route{Place: nav.Run, ID: o.drawn.Image})
	})
	switch f.Reason {
	case diagnosis.OutOfMemory:
		if f.MemoryBytes > 0 {
			more := moreMemory(f.MemoryBytes)
			return []fyne.CanvasObject{o.change(theme.IconMemory, say.L("container.fix.memory", "Memory", life.LimitBytes(more)), func() { o.allowMore(more) }), logs}
		}
		return []fyne.CanvasObject{again, logs}
	case diagnosis.Looping:
		return []fyne.CanvasObject{o.change(theme.IconStop, say.L("container.fix.stop"), func() { life.Do(s.app, store.VerbStop, s.id) }), logs}
	case diagnosis.PortTaken:
		return []fyne.CanvasObject{again, other}
	case diagnosis.NoCommand, diagnosis.NoPermission, diagnosis.WrongCPU, diagnosis.NoMount, diagnosis.NoStart:
		return []fyne.CanvasObject{other, again}
	case diagnosis.NotRunnable, diagnosis.NotFound, diagnosis.EngineError:
		return []fyne.CanvasObject{logs, other}
	case diagnosis.Dead:
		return []fyne.CanvasObject{o.change(theme.IconTrash, say.L("container.fix.delete"), func() {
			s.controls.Delete([]engine.Container{o.drawn.Container}, nil)
		})}
	case diagnosis.Failed, diagnosis.Aborted, diagnosis.Crashed, diagnosis.BySignal,
		diagnosis.Finished, diagnosis.Killed, diagnosis.Interrupted, diagnosis.AskedToStop, diagnosis.Unknown:
		return []fyne.CanvasObject{logs}
	case diagnosis.Running, diagnosis.Paused, diagnosis.Created, diagnosis.Removing:
	}
	return nil
}

// change is a button for what the engine has to be within reach for.
func (o *overview) change(icon theme.IconName, label string, tapped func()) *kit.Press {
	b := kit.SmallButton(kit.Secondary, icon, label, func() {
		if reason := o.screen.controls.Blocked(o.screen.id); reason == "" {
			tapped()
		}
	})
	return b
}

// moreMemory is twice a limit, in whole steps that read well.
func moreMemory(limit int64) int64 {
	const step = 64 << 20
	return max(2*limit, step)
}

// allowance waits until a limit was raised, to start the container then.
type allowance struct{ stop func() }

func (a *allowance) cancel() {
	if a.stop != nil {
		a.stop()
		a.stop = nil
	}
}

// allowMore raises the memory limit and starts the container once it is.
func (o *overview) allowMore(bytes int64) {
	s := o.screen
	o.allowance.cancel()
	id, container := 0, s.id
	// Ends are told on the task's goroutine; by then id is set, because the
	// answer goes through the UI goroutine.
	o.allowance.stop = s.app.Tasks.OnEnd(func(t task.Task) {
		s.host.Post(func() {
			if t.ID != id {
				return
			}
			o.allowance.cancel()
			if t.State == task.Done {
				s.app.StartContainer(container)
			}
		})
	})
	id = s.app.UpdateContainer(container, engine.ContainerUpdate{MemoryBytes: &bytes})
}
