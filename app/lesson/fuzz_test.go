package lesson

import (
	"errors"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"escale/app/ansi"
	"escale/assets"
)

// FuzzLesson: whatever a file holds, it is read within its bounds or refused
// with words, and what is read asks for nothing that a recipe may not.
func FuzzLesson(f *testing.F) {
	names, err := fs.Glob(assets.Lessons, "lessons/*/*.md")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(assets.Lessons, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
		f.Add(strings.Replace(string(data), "order:", "language: en\nauthor: A\norder:", 1))
	}
	f.Add(with("task", goodTask))
	f.Add(with("task", "a: &a [*a, *a]\n<<: *a"))
	f.Add(with("picture", "alt: a\ncolumns: 9\nrows: 1\nboxes: [{id: aa, at: \"1,1\", size: 9x9, label: a, text: a}]"))
	f.Add(head + "## A\n[x](javascript:1) ![](x) <b>\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, language := range []string{"en", ""} {
			l, err := Parse([]byte(text), language)
			if err != nil {
				var e *Error
				if !errors.As(err, &e) || !showable(e.What) || e.Line < 0 {
					t.Errorf("refused without words: %#v", err)
				}
				continue
			}
			checkBounds(t, l)
			again, err := Parse([]byte(text), language)
			if err != nil || !reflect.DeepEqual(bones(again), bones(l)) {
				t.Errorf("read twice, it differs: %v", err)
			}
			l.Asks()
		}
	})
}

// showable tells whether words may stand on a line of the screen.
func showable(words string) bool {
	return len([]rune(words)) <= 60 && strings.IndexFunc(words, func(r rune) bool { return !unicode.IsGraphic(r) }) < 0
}

func checkBounds(t *testing.T, l *Lesson) {
	t.Helper()
	if len(l.Steps) == 0 || len(l.Steps) > mostSteps || l.Minutes < 3 || l.Minutes > 8 || !idPattern.MatchString(l.ID) {
		t.Errorf("out of bounds: %d steps, %d minutes, %q", len(l.Steps), l.Minutes, l.ID)
	}
	for _, words := range texts(l) {
		if !ansi.Printable(words, true) {
			t.Errorf("unprintable: %q", words)
		}
	}
	for _, task := range l.Tasks() {
		if (task.Recipe != nil) != (task.Open.Name == OpenRun) || task.Check == nil {
			t.Errorf("a task that is not whole: %+v", task)
		}
	}
	for _, s := range l.Steps {
		for _, b := range s.Blocks {
			if p, ok := b.(*Picture); ok {
				for _, box := range p.Boxes {
					if box.Column < 0 || box.Row < 0 || box.Column+box.Width > p.Columns || box.Row+box.Height > p.Rows {
						t.Errorf("a box outside of its picture: %+v", box)
					}
				}
				for _, a := range p.Arrows {
					if a.From >= len(p.Boxes) || a.To >= len(p.Boxes) || a.From == a.To {
						t.Errorf("an arrow to nothing: %+v", a)
					}
				}
			}
		}
	}
}

// FuzzCheck: whatever a check says, it is read within its bounds and looked up
// within them, and what it says means the same the second time.
func FuzzCheck(f *testing.F) {
	for _, l := range All("en") {
		for _, task := range l.Tasks() {
			f.Add(task.Check.String())
		}
	}
	for _, check := range []string{
		`container(image~"*n*", port>=80, host<9000, log~"*x*") and not (volume(uses=0) or network(members>1))`,
		`file(volume="pages", path="/hi", text~"*a*b*", same="run")`, `event(action="die", exit!=0, new=task)`,
		`image(size<=64MB, layers>2)`, `not not not container(oom=yes)`, `container(name="\"\\")`, "((((((((", `container(name="a`,
		`container(memory=8GB, env~"*=*", started=lesson, of="run")`,
	} {
		f.Add(check)
	}
	f.Fuzz(func(t *testing.T, text string) {
		check, err := ParseCheck(text)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || !showable(e.What) {
				t.Errorf("refused without words: %#v", err)
			}
			return
		}
		if n := len(check.Facts()); n == 0 || n > mostFacts {
			t.Errorf("%d facts", n)
		}
		s := sample()
		s.Lesson = MarkNow("e", s)
		deed, holds, err := check.Eval(t.Context(), s)
		again, same, fault := check.Eval(t.Context(), sample2(s))
		if deed != again || holds != same || (err == nil) != (fault == nil) {
			t.Errorf("%s: %v %v %v, then %v %v %v", text, deed, holds, err, again, same, fault)
		}
	})
}

func sample2(s *Scene) *Scene { other := sample(); other.Lesson = s.Lesson; return other }
