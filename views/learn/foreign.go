package learn

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"

	"fyne.io/fyne/v2"

	"escale/app/lesson"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// read reads a lesson file beside the UI goroutine, and asks whether to open it.
// Of several, the one asked for last counts.
func (s *Screen) read(path string) {
	s.files++
	asked := s.files
	go func() {
		l, err := lesson.Read(path)
		s.parts.Host.Post(func() {
			switch {
			case asked != s.files:
			case err != nil:
				s.parts.Host.Toast(kit.Problem, say.L("lesson.bad", "Name", filepath.Base(path)), say.LessonProblem(err))
			default:
				s.ask(l)
			}
		})
	}()
}

// ask says plainly whose lesson it is and what it can do, before it is shown.
func (s *Screen) ask(l *lesson.Lesson) {
	parts := []fyne.CanvasObject{
		kit.NewParagraph(say.L("learn.ask.title", "Title", l.Title), theme.Heading, theme.Ink),
		kit.NewParagraph(say.L("learn.ask.text"), theme.Body, theme.InkMuted),
	}
	if l.Author != "" {
		parts = append(parts, kit.Hint(kit.Note, say.L("learn.ask.author", "Author", l.Author), nil))
	}
	asks := l.Asks()
	if asks.Walls {
		parts = append(parts, kit.Hint(kit.Caution, say.L("learn.ask.wall"), nil))
	}
	if asks.Risks {
		parts = append(parts, kit.Hint(kit.Problem, say.L("learn.ask.risk"), nil))
	}
	var layer *kit.Layer
	cancel := kit.Button(kit.Secondary, "", say.L("action.cancel"), func() { layer.Dismiss() })
	open := kit.Button(kit.Primary, "", say.L("learn.ask.open"), func() {
		layer.Close()
		s.parts.Teacher.Begin(l, fileKey(l), true)
		s.parts.Host.Open(nav.Route{Place: nav.Learn})
	})
	parts = append(parts, kit.Row(theme.Space2, kit.Grow(kit.Gap(0, 0)), cancel, open))
	layer = kit.ShowDialog(s.parts.Host.Window().Canvas(), kit.Col(theme.Space3, parts...), 500, nil)
	layer.Focus(cancel)
}

// fileKey names a foreign lesson in the progress: another lesson of the same ID
// has progress of its own.
func fileKey(l *lesson.Lesson) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s", l.ID, l.Author, l.Title))
	return "file:" + hex.EncodeToString(sum[:8])
}
