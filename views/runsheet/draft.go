package runsheet

import (
	"reflect"

	"escale/app/run"
	"escale/app/task"
	"escale/views/kit"
	"escale/views/say"
)

// Drafts are what was typed into sheets that were closed, by repository or
// source, for as
// long as the window is open. The UI goroutine owns them.
type Drafts map[string]draft

type draft struct {
	form run.Form
	task int // that tried to run it; 0 when nobody has yet
}

// fill makes the form, as the user left it or anew.
func (s *Sheet) fill() {
	facts := s.facts()
	s.form = s.fresh(facts)
	s.given = s.form.Clone()
	if d, kept := s.drafts[s.draftKey()]; kept && s.unrun(d, facts) {
		asked := s.form
		s.form, s.resumed = d.form.Clone(), true
		if asked.TagTouched && asked.Tag != s.form.Tag && s.source.Form == nil {
			s.form.SetTag(asked.Tag)
		}
		s.form.Refresh(facts)
	}
	s.serve()
}

// fresh is the form that nobody has edited yet.
func (s *Sheet) fresh(facts run.Facts) run.Form {
	if s.source.Form != nil {
		return s.source.Form(facts)
	}
	return run.Fill(s.route.ID, nil, facts)
}

// draftKey is what drafts of this form are kept under.
func (s *Sheet) draftKey() string {
	if s.source.Form != nil {
		return s.source.Key
	}
	return s.form.Image
}

// edited tells whether the user has changed anything.
func (s *Sheet) edited() bool {
	if s.source.Form != nil {
		return !reflect.DeepEqual(s.form.Spec(), s.given.Spec())
	}
	return s.form.Edited()
}

// unrun tells whether a draft is still to be run: a failure leaves it so.
func (s *Sheet) unrun(d draft, facts run.Facts) bool {
	if d.task == 0 {
		return true
	}
	t, known := s.app.Tasks.Get(d.task)
	return !facts.Names[d.form.Name] && (!known || t.State == task.Failed || t.State == task.Cancelled)
}

// keep saves what was typed, so that Esc or a click beside the sheet loses
// nothing. What runs needs no draft any more.
func (s *Sheet) keep() {
	key := s.draftKey()
	ran := s.mode == ended && s.endOf.State == task.Done
	if ran || s.resumed && !s.edited() {
		delete(s.drafts, key)
		return
	}
	if !s.edited() {
		return
	}
	d := draft{form: s.form.Clone()}
	if s.mode != filling {
		d.task = s.taskID
	}
	s.drafts[key] = d
}

// startOver forgets what was typed.
func (s *Sheet) startOver() {
	delete(s.drafts, s.draftKey())
	s.resumed, s.detailOf, s.met, s.recalled = false, "", "", ""
	s.fill()
	if !s.here(s.form.Ref()) {
		s.form.KnowTags(s.tags.names())
	}
	s.f.forget()
	s.f.build()
	s.learn()
	s.examine()
}

// draftNote says that the form is not new.
func (s *Sheet) draftNote() *kit.HintLine {
	return kit.Hint(kit.Note, say.L("run.draft"), kit.SmallButton(kit.Secondary, "", say.L("run.draft.over"), s.startOver))
}
