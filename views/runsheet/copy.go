package runsheet

import (
	"context"
	"errors"
	"strings"

	"escale/app/parcel"
	"escale/app/run"
	"escale/views/kit"
	"escale/views/say"
)

// offerCopy counts what is in the folder of a row, says it, and asks whether a
// copy will do. The button is busy meanwhile.
func (v *formView) offerCopy(i int, button *kit.Press) {
	s := v.s
	if i >= len(s.form.Volumes) {
		return
	}
	path := strings.TrimSpace(s.form.Volumes[i].Source)
	button.SetBusy(say.L("run.copy.counting"))
	s.spawn(func(ctx context.Context) {
		contents, err := parcel.Measure(ctx, path)
		s.later(func() {
			button.SetBusy("")
			delete(v.uncopied, path)
			if e, ok := errors.AsType[*parcel.Error](err); ok {
				v.uncopied[path] = say.CopyProblem(e)
			}
			if err == nil && v.names(i, path) {
				v.askCopy(i, path, contents)
			}
			v.build()
		})
	})
}

// names tells whether a row of the form still names a folder.
func (v *formView) names(i int, path string) bool {
	s := v.s
	return s.mode == filling && i < len(s.form.Volumes) && strings.TrimSpace(s.form.Volumes[i].Source) == path
}

// askCopy says what would be copied, and what would not.
func (v *formView) askCopy(i int, path string, c parcel.Contents) {
	s := v.s
	words := []string{say.N("run.copy.text", c.Files, "Size", say.Bytes(c.Bytes), "Name", s.form.CopyName(i))}
	if c.Outside > 0 {
		words = append(words, say.N("run.copy.links", c.Outside))
	}
	if c.Special > 0 {
		words = append(words, say.N("run.copy.special", c.Special))
	}
	kit.Confirm(s.host.Window().Canvas(), kit.Confirmation{
		Title: say.L("run.copy.title"), Text: strings.Join(words, " "),
		Verb: say.L("run.copy.verb"), Cancel: say.L("action.cancel"),
		OnConfirm: func(bool) {
			if v.names(i, path) {
				s.form.CopyFolder(i)
				v.build()
				s.recall()
			}
		},
	})
}

// drawCopy says what the volume of a row will be filled with; false where
// nothing is copied.
func (r *volumeRow) drawCopy(row run.VolumeRow) bool {
	if row.From == "" {
		return false
	}
	r.hint.Set(kit.Note, say.L("run.copy.filled", "Path", row.From), r.uncopy)
	return true
}
