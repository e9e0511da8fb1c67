package prefs

import (
	"errors"

	"fyne.io/fyne/v2"

	"escale/app/autostart"
	"escale/views/kit"
	"escale/views/say"
)

// Login is what the user's session does with this program; see autostart.Login.
type Login interface {
	On() (bool, error)
	Set(on bool) error
}

// loginRow is the switch for it. It shows what the system says: the user may
// have changed it there.
type loginRow struct {
	page *Page
	box  *kit.FieldBox
	line *kit.Switch
	work int // grows with each question: an old answer is dropped
}

// newLoginRow returns nil where the session cannot be asked.
func newLoginRow(p *Page) *loginRow {
	if p.parts.Login == nil {
		return nil
	}
	r := &loginRow{page: p}
	r.line = kit.Toggle(say.L("settings.login"), false, r.set)
	r.box = kit.Field("", "", kit.Hang(6, kit.Start(r.line)))
	return r
}

func (r *loginRow) content() fyne.CanvasObject { return r.box }

// ask reads what is so.
func (r *loginRow) ask() {
	if r != nil {
		r.do(func() (bool, error) { return r.page.parts.Login.On() })
	}
}

// set changes it, and shows what has become of it.
func (r *loginRow) set(on bool) {
	r.line.SetDisabled(say.L("settings.login.busy")) // two at once could end in either
	login := r.page.parts.Login
	r.do(func() (bool, error) {
		failed := login.Set(on)
		is, err := login.On()
		return is, errors.Join(failed, err)
	})
}

// do works elsewhere: files may be far away.
func (r *loginRow) do(work func() (bool, error)) {
	r.work++
	mine, host := r.work, r.page.parts.Host
	go func() {
		on, err := work()
		host.Post(func() {
			if mine == r.work {
				r.draw(on, err)
			}
		})
	}()
}

func (r *loginRow) draw(on bool, err error) {
	r.line.SetOn(on)
	r.line.SetDisabled("")
	if err == nil {
		r.box.ClearHint()
		return
	}
	words, tone := say.LoginProblem(err), kit.Problem
	if errors.Is(err, autostart.ErrSandboxed) {
		r.line.SetDisabled(words)
		tone = kit.Note
	}
	r.box.SetHint(tone, words, nil)
}
