package enginepage

import (
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"escale/app/task"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// pathQuestion asks for a file or a folder to do something with.
type pathQuestion struct {
	title, text, label, value, verb string
	rank                            kit.Rank
	empty                           bool // may be
	do                              func(path string) (taskID int)
}

// askPath asks it. What is refused is told beside the field, and what was typed
// stays; the work goes on when the question is closed.
func (p *Page) askPath(q pathQuestion) {
	var layer *kit.Layer
	running := 0
	input := kit.NewInput(q.value, "", 0).Mono()
	field := kit.Field(q.label, "", input)
	cancel := kit.Button(kit.Secondary, "", say.L("action.cancel"), func() { layer.Close() })
	verb := kit.Button(q.rank, "", q.verb, nil)
	wrong := func(words string) {
		input.SetProblem(kit.Problem)
		field.SetHint(kit.Problem, words, nil)
	}
	verb.OnTapped = func() {
		path := expand(strings.TrimSpace(input.Text()))
		if !filepath.IsAbs(path) && (path != "" || !q.empty) {
			wrong(say.L("machine.path.whole"))
			return
		}
		input.ClearProblem()
		field.ClearHint()
		verb.SetBusy(say.L("machine.path.working"))
		running = q.do(path)
	}
	input.OnSubmitted = func(string) { verb.Tapped(nil) }
	unfollow := p.tasks.OnEnd(func(t task.Task) {
		p.host.Post(func() {
			switch {
			case t.ID != running || !layer.Open():
			case t.Err == nil:
				layer.Close()
			default:
				verb.SetBusy("")
				words := say.Error(t.Err)
				wrong(words.Title + ". " + words.Hint)
			}
		})
	})
	layer = kit.ShowDialog(p.host.Window().Canvas(), kit.Col(theme.Space3,
		kit.NewParagraph(q.title, theme.Heading, theme.Ink), kit.NewParagraph(q.text, theme.Body, theme.InkMuted), field,
		kit.Gap(0, theme.Space1), kit.Row(theme.Space2, kit.Grow(kit.Gap(0, 0)), cancel, verb)), 520, nil)
	layer.OnClosed = unfollow
	layer.Focus(input.Focusable())
}

// expand takes a path as people type it.
func expand(path string) string {
	rest, ok := strings.CutPrefix(path, "~")
	home, err := os.UserHomeDir()
	if !ok || err != nil || rest != "" && !os.IsPathSeparator(rest[0]) {
		return path
	}
	return filepath.Join(home, rest)
}

// line is a few words with buttons at their right.
func line(title, text fyne.CanvasObject, buttons ...fyne.CanvasObject) fyne.CanvasObject {
	return kit.Aside(kit.Col(2, title, text), 220, buttons...)
}
