package enginepage

import (
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"escale/app/task"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// pathQuestion asks for a file or a folder to do something with.
type pathQuestion struct {
	title, text, label, value, verb string
	rank                            kit.Rank
	empty                           bool // may be
	do                              func(path string) (taskID int)

	kind    kit.Choosing                       // of the path
	check   func(text string) (problem string) // nil: it is a whole path
	option  *kit.Switch                        // below the field; nil for none
	command func(text string) string           // that does the same; nil shows none
	refused func(error) string                 // words of its own for an error, or ""; may be nil
}

// problem is what is wrong with what was typed, or empty.
func (q pathQuestion) problem(text string) string {
	switch {
	case q.check != nil:
		return q.check(text)
	case !filepath.IsAbs(text) && (text != "" || !q.empty):
		return say.L("machine.path.whole")
	}
	return ""
}

// askPath asks it. What is refused is told beside the field, and what was typed
// stays; the work goes on when the question is closed.
func (p *Page) askPath(q pathQuestion) {
	var layer *kit.Layer
	running := 0
	input := kit.NewInput(q.value, "", 0).Mono()
	if q.check == nil {
		input.AddButton(life.ChooseButton(p.host.Window().Canvas, input, q.kind))
	}
	field := kit.Field(q.label, "", input)
	input.SetName(q.label)
	cancel := kit.Button(kit.Secondary, "", say.L("action.cancel"), func() { layer.Close() })
	verb := kit.Button(q.rank, "", q.verb, nil)
	wrong := func(words string) {
		input.SetProblem(kit.Problem)
		field.SetHint(kit.Problem, words, nil)
	}
	verb.OnTapped = func() {
		path := expand(strings.TrimSpace(input.Text()))
		if problem := q.problem(path); problem != "" {
			wrong(problem)
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
				wrong(q.no(t.Err))
			}
		})
	})
	lines := []fyne.CanvasObject{kit.NewParagraph(q.title, theme.Heading, theme.Ink), kit.NewParagraph(q.text, theme.Body, theme.InkMuted), field}
	if q.option != nil {
		lines = append(lines, kit.Hang(6, kit.Start(q.option)))
	}
	lines = append(lines, q.sameAs(input)...)
	layer = kit.ShowDialog(p.host.Window().Canvas(), kit.Col(theme.Space3, append(lines,
		kit.Gap(0, theme.Space1), kit.Row(theme.Space2, kit.Grow(kit.Gap(0, 0)), cancel, verb))...), 520, nil)
	layer.OnClosed = unfollow
	layer.Focus(input.Focusable())
}

// no words why it could not be done.
func (q pathQuestion) no(err error) string {
	if q.refused != nil {
		if own := q.refused(err); own != "" {
			return own
		}
	}
	words := say.Error(err)
	return words.Title + ". " + words.Hint
}

// sameAs shows the command that does the same, and follows what is typed.
func (q pathQuestion) sameAs(input *kit.Input) []fyne.CanvasObject {
	if q.command == nil {
		return nil
	}
	words := func() string { return q.command(expand(strings.TrimSpace(input.Text()))) }
	bar := kit.CommandBar(say.L("action.copy"), say.L("action.copied"), words())
	input.OnChanged = func(string) { bar.SetCommand(words()) }
	if q.option != nil {
		q.option.OnChange = func(bool) { bar.SetCommand(words()) }
	}
	return []fyne.CanvasObject{bar}
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
