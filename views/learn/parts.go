// Package learn is the screen of the lessons, and the panel beside other screens
// in which a lesson goes on while its tasks are done.
package learn

import (
	"time"

	"escale/app/lesson"
	"escale/app/progress"
	"escale/app/teacher"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

// Parts are what lessons are shown with.
type Parts struct {
	Teacher *teacher.Teacher
	Host    nav.Host
	// Entries are what else there is to learn, above the lessons.
	Entries []Entry
}

// Entry leads from the Learn screen to another one.
type Entry struct {
	Icon        theme.IconName
	Title, Text string
	Route       nav.Route
}

// follow calls draw on the UI goroutine after each change of the open lesson or
// of progress, until the returned function is called.
func (p Parts) follow(draw func()) (cancel func()) {
	changed := post.Coalesce(p.Host, draw)
	first, second := p.Teacher.Open.Subscribe(changed), p.Teacher.Progress.Subscribe(changed)
	return func() { first(); second() }
}

// now is the open lesson in the user's language, and how far it has come; its
// lesson is nil when none is open.
func (p Parts) now() (*lesson.Lesson, teacher.Open, progress.Record) {
	open := p.Teacher.Open.Get()
	if open.Lesson == nil {
		return nil, open, progress.Record{}
	}
	l := open.Lesson
	if !open.Foreign {
		if own := lesson.ByID(say.Language(), l.ID); own != nil {
			l = own
		}
	}
	return l, open, p.Teacher.Progress.Get(open.Key)
}

// stepAt is the index of the step in view.
func stepAt(l *lesson.Lesson, r progress.Record) int { return min(r.Step, len(l.Steps)-1) }

// begin opens a lesson that comes with Escale.
func (p Parts) begin(l *lesson.Lesson) { p.Teacher.Begin(l, l.ID, false) }

// restart begins the open lesson anew, and offers to undo that.
func (p Parts) restart() {
	gone := p.Teacher.Again()
	p.Host.Toast(kit.Good, say.L("learn.restarted"), say.L("learn.restarted.text"), p.undo(gone))
}

// forget forgets all progress, if the user agrees, and offers to undo that.
func (p Parts) forget() {
	kit.Confirm(p.Host.Window().Canvas(), kit.Confirmation{
		Title: say.L("learn.forget.title"), Text: say.L("learn.forget.text"), Verb: say.L("learn.forget.verb"),
		Cancel: say.L("action.cancel"), Destructive: true,
		OnConfirm: func(bool) {
			p.Teacher.Close()
			p.Host.Toast(kit.Good, say.L("learn.forgotten"), "", p.undo(p.Teacher.Progress.Forget()))
		},
	})
}

func (p Parts) undo(gone map[string]progress.Record) nav.ToastAction {
	return nav.ToastAction{Label: say.L("learn.undo"), Tapped: func() { p.Teacher.Progress.Restore(gone) }}
}

// openTasks is how many tasks of a lesson are not done.
func openTasks(l *lesson.Lesson, r progress.Record) (left int) {
	for _, t := range l.Tasks() {
		if _, done := r.Tasks[t.ID]; !done {
			left++
		}
	}
	return left
}

// clock writes the time of day.
func clock(t time.Time) string { return t.Local().Format("15:04") }
