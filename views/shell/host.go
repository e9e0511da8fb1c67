package shell

import (
	"net/url"

	"fyne.io/fyne/v2"

	"escale/app/task"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
)

// Window implements nav.Host.
func (s *Shell) Window() fyne.Window { return s.window }

// Toast implements nav.Host.
func (s *Shell) Toast(tone kit.Tone, title, text string, actions ...nav.ToastAction) {
	toast := kit.Toast{Tone: tone, Title: title, Text: text, CloseLabel: say.L("action.close")}
	for _, action := range actions {
		toast.Actions = append(toast.Actions, kit.ToastAction{Label: action.Label, Tapped: action.Tapped})
	}
	s.root.Toasts.Add(toast)
}

// Fail implements nav.Host.
func (s *Shell) Fail(err error, retry func()) {
	s.fail(say.Error(err).Title, err, retry)
}

// fail tells about an error under a title that names what was tried.
func (s *Shell) fail(title string, err error, retry func()) {
	words := say.Error(err)
	text := words.Hint
	if title != words.Title {
		text = words.Title + ". " + words.Hint
	}
	var actions []nav.ToastAction
	if words.Retry && retry != nil {
		actions = append(actions, nav.ToastAction{Label: say.L("action.retry"), Tapped: retry})
	}
	actions = append(actions, nav.ToastAction{Label: say.L("action.copydetails"), Tapped: func() { s.Copy(words.Detail) }})
	s.Toast(kit.Problem, title, text, actions...)
}

// Browse implements nav.Host.
func (s *Shell) Browse(address string) {
	target, err := url.Parse(address)
	if err != nil || target.Host == "" || (target.Scheme != "http" && target.Scheme != "https") {
		s.Toast(kit.Caution, say.L("toast.nolink"), say.L("toast.nolink.text"))
		return
	}
	if err := s.toolkit.OpenURL(target); err != nil {
		s.log.Error("open in the browser", "error", err)
		s.Toast(kit.Caution, say.L("toast.nolink"), address)
	}
}

// Copy implements nav.Host.
func (s *Shell) Copy(text string) {
	s.toolkit.Clipboard().SetContent(text)
	s.Toast(kit.Good, say.L("toast.copied"), "")
}

// announce tells how a task ended: failures always, successes when the user
// has had to wait or has gone elsewhere. The run sheet tells of its own task.
func (s *Shell) announce(t task.Task) {
	s.outside.ended(t)
	if s.running != nil && s.running.Tells(t.ID) {
		return
	}
	switch t.State {
	case task.Failed:
		s.fail(taskFailed(t), t.Err, func() { s.app.Tasks.Retry(t.ID) })
	case task.Done:
		if t.Quiet {
			return
		}
		var actions []nav.ToastAction
		if route, ok := whereDone(t); ok && route != s.route {
			actions = append(actions, nav.ToastAction{Label: say.L("tasks.open"), Tapped: func() { s.Open(route) }})
		}
		s.Toast(kit.Good, taskDone(t), "", actions...)
	case task.Running, task.Cancelling, task.Cancelled:
	}
}
