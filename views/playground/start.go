package playground

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/playground"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// start shows how far the start of an instance is, and why there is none.
type start struct {
	content fyne.CanvasObject
	card    *fyne.Container
	title   *kit.Text
	text    *kit.Paragraph
	slow    *kit.HintLine
	ladder  *kit.Ladder
	wrong   *fyne.Container
	said    string // by wrong

	seen  string // the step that is under way, and since when it is
	since time.Time
}

func newStart() *start {
	s := &start{
		title: kit.NewText("", theme.Heading, theme.Ink).Ellipsis(), text: kit.NewParagraph("", theme.Body, theme.InkMuted),
		slow: kit.Hint(kit.Note, "", nil), ladder: kit.StepLadder(), wrong: kit.Col(0),
	}
	s.card = kit.Col(theme.Space3, s.title, s.text, s.wrong, s.slow, s.ladder)
	s.content = kit.Scrolled(kit.UpTo(640, kit.Col(0, kit.CardInset(20, s.card))))
	return s
}

func (s *start) draw(i playground.Instance) {
	title, text := say.L("playground.start.title"), say.L("playground.start.text")
	switch i.Phase {
	case playground.Closing:
		title, text = say.L("playground.state.closing"), say.L("playground.closing.text")
	case playground.Over:
		title, text = say.L("playground.over.done.title"), say.L("playground.over.done.text")
	case playground.Failed:
		title, text = say.L("playground.failed.title"), say.L("playground.failed.text")
	case playground.Starting, playground.Running:
	}
	s.title.SetText(title)
	s.text.SetText(text)
	s.drawWrong(i)
	emulated := i.Phase == playground.Starting && i.Status.Accel == "tcg"
	s.slow.Set(kit.Note, say.L("playground.slow"), nil)
	kit.SetVisible(s.slow, emulated)
	steps := s.steps(i)
	s.ladder.SetSteps(steps...)
	kit.SetVisible(s.ladder, len(steps) > 0)
	s.card.Refresh()
}

// drawWrong says why an instance has failed.
func (s *start) drawWrong(i playground.Instance) {
	words := say.Message{}
	if i.Phase == playground.Failed {
		words = say.Error(i.Err)
	}
	kit.SetVisible(s.wrong, words.Title != "")
	if said := words.Title + "\n" + words.Hint; said != s.said {
		s.said = said
		kit.SetChildren(s.wrong)
		if words.Title != "" {
			kit.SetChildren(s.wrong, kit.Callout(kit.Problem, words.Title, words.Hint))
		}
	}
}

// parts are the steps of a machine's start, as many as one can tell apart.
var parts = []struct {
	name  string
	steps []string
}{
	{"files", []string{"image", "disk"}},
	{"linux", []string{"vm", "kernel", "root"}},
	{"storage", []string{"data", "network"}},
	{"engine", []string{"engine", "ready"}},
}

// steps are the parts of the start, each with the time that it took or has taken
// so far. The helper tells of a step when it begins and when it ends.
func (s *start) steps(i playground.Instance) []kit.Step {
	if i.Phase != playground.Starting && i.Phase != playground.Failed || len(i.Status.Steps) == 0 {
		if i.Phase != playground.Starting {
			return nil
		}
		return []kit.Step{{Title: say.L("playground.helper"), Progress: kit.Working}}
	}
	var all []kit.Step
	for _, p := range parts {
		all = append(all, s.step(p.name, p.steps, i))
	}
	return all
}

func (s *start) step(name string, own []string, i playground.Instance) kit.Step {
	out := kit.Step{Title: say.MachinePart(name)}
	took, done := time.Duration(0), 0
	for _, step := range i.Status.Steps {
		if !slices.Contains(own, step.Name) {
			continue
		}
		took += time.Duration(step.Millis) * time.Millisecond
		switch step.State {
		case machine.StepDone:
			done++
		case machine.StepFailed:
			out.Progress = kit.Broken
		case machine.StepRunning:
			took += s.running(i.Name+step.Name, i.Status)
		}
		if out.Progress != kit.Broken {
			out.Progress = kit.Working
		}
	}
	if done == len(own) && out.Progress == kit.Working {
		out.Title, out.Progress = say.MachinePartDone(name), kit.Done
	}
	if took > 0 {
		out.Time = say.Seconds(took)
	}
	return out
}

// running is how long ago the helper told of a step that goes on.
func (s *start) running(key string, _ machine.Status) time.Duration {
	if s.seen != key {
		s.seen, s.since = key, time.Now()
	}
	return time.Since(s.since)
}
