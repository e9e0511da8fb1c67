package learn

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/lesson"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// quizView asks the questions; each answer says why it is right, or not.
type quizView struct {
	parts   Parts
	content fyne.CanvasObject
}

func newQuizView(parts Parts, quiz lesson.Quiz) *quizView {
	v := &quizView{parts: parts}
	rows := []fyne.CanvasObject{kit.NewText(say.L("learn.quiz"), theme.Heading, theme.Ink).Ellipsis()}
	for i, q := range quiz {
		rows = append(rows, v.question(i, q))
	}
	v.content = kit.Col(theme.Space4, rows...)
	return v
}

func (v *quizView) question(number int, q lesson.Question) fyne.CanvasObject {
	rows := []fyne.CanvasObject{kit.NewParagraph(q.Text, theme.Strong, theme.Ink)}
	for i, a := range q.Answers {
		rows = append(rows, v.answer(number, i, a))
	}
	return kit.Card(kit.Col(theme.Space3, rows...))
}

func (v *quizView) answer(number, i int, a lesson.Answer) fyne.CanvasObject {
	icon := kit.NewIcon(theme.IconRing, theme.IconBase, theme.InkFaint)
	why := container.NewStack()
	why.Hide()
	box := kit.Col(theme.Space2)
	body := kit.Pad(10, kit.Row(theme.Space3, icon, kit.Grow(kit.NewParagraph(a.Text, theme.Body, theme.Ink))))
	press := kit.NewPress(body, theme.RadiusBase, kit.CardLook, func() {
		tone, word := kit.Caution, say.L("learn.quiz.wrong")
		icon.Set(theme.IconCross, theme.Busy)
		if a.Right {
			tone, word = kit.Good, say.L("learn.quiz.right")
			icon.Set(theme.IconCheck, theme.Running)
		}
		why.Objects = []fyne.CanvasObject{kit.Hint(tone, word+" "+a.Why, nil)}
		why.Show()
		box.Refresh()
		if a.Right {
			v.parts.Teacher.Answer(number, i)
		}
	}).Named(a.Text)
	kit.SetChildren(box, press, why)
	return box
}
