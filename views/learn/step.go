package learn

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/lesson"
	"escale/app/progress"
	"escale/app/teacher"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// stepView shows one step of the open lesson. Its fields belong to the UI
// goroutine.
type stepView struct {
	parts   Parts
	compact bool // beside another screen: without the picture and the questions
	box     *fyne.Container

	drawn    drawn
	tasks    []*taskView
	measures []*measureView
}

// drawn is what the widgets were made for.
type drawn struct {
	lesson *lesson.Lesson
	step   int
	begun  time.Time
}

func newStepView(parts Parts, compact bool) *stepView {
	return &stepView{parts: parts, compact: compact, box: kit.Col(theme.Space4)}
}

// draw brings the step in line with the open lesson. made tells that it is
// another step; ticked is the task that was done since it was last drawn, or nil.
func (v *stepView) draw(l *lesson.Lesson, open teacher.Open, r progress.Record) (made bool, ticked *taskView) {
	now := drawn{l, stepAt(l, r), r.Begun}
	if made = now != v.drawn; made {
		v.drawn = now
		v.build(l.Steps[now.step])
	}
	for _, t := range v.tasks {
		if t.draw(open, r) && !made {
			ticked = t
		}
	}
	for _, m := range v.measures {
		m.draw(open)
	}
	return made, ticked
}

func (v *stepView) build(step lesson.Step) {
	v.tasks, v.measures = nil, nil
	title := theme.Title
	if v.compact {
		title = theme.Heading
	}
	parts := []fyne.CanvasObject{kit.NewParagraph(step.Title, title, theme.Ink).Leading(1.25)}
	for _, b := range step.Blocks {
		if o := v.block(b); o != nil {
			parts = append(parts, o)
		}
	}
	kit.SetChildren(v.box, parts...)
}

func (v *stepView) block(b lesson.Block) fyne.CanvasObject {
	switch b := b.(type) {
	case lesson.Prose:
		return kit.Markdown(string(b), v.parts.Host.Browse)
	case *lesson.Task:
		t := newTaskView(v.parts, b, v.compact)
		v.tasks = append(v.tasks, t)
		return t.content
	case *lesson.Measure:
		m := newMeasureView(b)
		v.measures = append(v.measures, m)
		return m.content
	case lesson.Command:
		return commandView(b)
	case *lesson.Picture:
		if !v.compact {
			return Picture(b)
		}
	case lesson.Quiz:
		if !v.compact {
			return newQuizView(v.parts, b).content
		}
	}
	return nil
}

// tones are how a lesson's tones are drawn.
var tones = map[lesson.Tone]kit.DiagramTone{
	lesson.Plain: kit.TonePlain, lesson.Blue: kit.ToneBlue, lesson.Green: kit.ToneGreen, lesson.Amber: kit.ToneAmber,
	lesson.Red: kit.ToneRed, lesson.Violet: kit.ToneViolet, lesson.Teal: kit.ToneTeal,
}

// Picture draws a lesson's picture.
func Picture(p *lesson.Picture) fyne.CanvasObject {
	boxes := make([]kit.DiagramBox, len(p.Boxes))
	for i, b := range p.Boxes {
		boxes[i] = kit.DiagramBox{
			Column: b.Column, Row: b.Row, Width: b.Width, Height: b.Height,
			Label: strings.ReplaceAll(b.Label, "|", "\n"), Text: b.Text, Tone: tones[b.Tone], Frame: b.Frame,
		}
	}
	arrows := make([]kit.DiagramArrow, len(p.Arrows))
	for i, a := range p.Arrows {
		arrows[i] = kit.DiagramArrow{From: a.From, To: a.To, Label: a.Label, Both: a.Both}
	}
	hint := p.Alt + " " + say.L("learn.picture.hint")
	return kit.Card(kit.NewDiagram(p.Columns, p.Rows, boxes, arrows, hint))
}

func commandView(c lesson.Command) fyne.CanvasObject {
	bar := kit.CommandBar(say.L("action.copy"), say.L("action.copied"), strings.Join(c, "\n"))
	parts := []fyne.CanvasObject{kit.NewText(say.L("learn.command"), theme.Caption, theme.InkFaint).Ellipsis(), bar}
	if c.Walls() {
		parts = append(parts, kit.Hint(kit.Caution, say.L("learn.command.wall"), nil))
	}
	return kit.Col(theme.Space2, parts...)
}

// measureView shows a figure, once it was measured.
type measureView struct {
	measure *lesson.Measure
	content fyne.CanvasObject
	text    *kit.Paragraph
}

func newMeasureView(m *lesson.Measure) *measureView {
	v := &measureView{measure: m, text: kit.NewParagraph("", theme.Body, theme.InkMuted)}
	body := kit.Col(2, kit.NewText(say.L("learn.measured"), theme.Caption, theme.InkFaint).Ellipsis(), v.text)
	v.content = kit.Well(kit.Row(theme.Space3, kit.NewIcon(theme.IconClock, theme.IconBase, theme.Accent), kit.Grow(body)))
	return v
}

func (v *measureView) draw(open teacher.Open) {
	text, ink := say.L("learn.measure.later"), theme.InkFaint
	if reading, known := open.Figures[teacher.Asked{What: v.measure.What, Of: v.measure.Of}]; known {
		text = strings.Replace(v.measure.Text, lesson.ValueMark, say.Reading(v.measure.What, reading), 1)
		ink = theme.Ink
	}
	v.text.SetColor(ink)
	v.text.SetText(text)
}

// padded is a card in the colours of a state.
func padded(fill, stroke theme.Color, o fyne.CanvasObject) (*kit.Surface, fyne.CanvasObject) {
	back := kit.NewSurface(fill, theme.RadiusCard).WithStroke(stroke)
	return back, container.NewStack(back, kit.Pad(theme.Space4, o))
}
