package learn

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"escale/app"
	"escale/app/lesson"
	"escale/app/progress"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/views/kit"
	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

// rig is the screen on a scripted engine.
type rig struct {
	*Screen
	app  *app.App
	fake *enginetest.Fake
	host *lifetest.Host
	w    fyne.Window
}

func newRig(t *testing.T) *rig {
	t.Helper()
	viewtest.App(t)
	fake := enginetest.New()
	fake.AddImage(engine.Image{ID: "sha256:1", Tags: []string{"nginx:latest"}, SizeBytes: 5 << 20})
	r := &rig{app: lifetest.Online(t, fake), fake: fake, host: lifetest.NewHost()}
	r.Screen = New(Parts{Teacher: r.app.Teacher, Host: r.host})
	r.w = viewtest.Window(t, r.Content(), 1000, 760)
	r.host.View = r.w
	t.Cleanup(func() { r.Close(); say.SetLanguage("en") })
	r.Show(nav.Route{Place: nav.Learn})
	r.settle()
	return r
}

func (r *rig) settle() { r.host.Drain(); viewtest.Settle(r.w) }

func (r *rig) until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	if !r.host.Settle(func() bool { viewtest.Settle(r.w); return cond() }) {
		t.Fatalf("%s: the window shows %q", what, viewtest.Texts(r.w))
	}
}

// run does the first task of the first lesson.
func (r *rig) run(t *testing.T) {
	t.Helper()
	id, _, err := r.fake.CreateContainer(t.Context(), engine.ContainerSpec{
		Name: "mine", Image: "nginx", Ports: []engine.PortBinding{{HostIP: "127.0.0.1", Host: 8080, Container: 80}},
	})
	if err != nil || r.fake.StartContainer(t.Context(), id) != nil {
		t.Fatal(err)
	}
}

// tap taps a control, and draws what comes of it.
func (r *rig) tap(t *testing.T, label string) {
	t.Helper()
	viewtest.Tap(t, r.w, label)
	r.settle()
}

func TestListLeadsToLessons(t *testing.T) {
	r := newRig(t)
	viewtest.Golden(t, "list.xml", r.w)
	first := lesson.All("en")[0]
	r.tap(t, say.L("learn.start"))
	want := nav.Route{Place: nav.Learn, ID: first.ID}
	if len(r.host.Routes) != 1 || r.host.Routes[0] != want {
		t.Fatalf("it opens %v", r.host.Routes)
	}
	r.Show(want)
	r.settle()
	if !viewtest.Shows(r.w, first.Steps[0].Title) {
		t.Fatalf("the lesson is not shown: %q", viewtest.Texts(r.w))
	}
	viewtest.Golden(t, "reader.xml", r.w)
	r.tap(t, say.L("learn.next"))
	r.tap(t, say.L("learn.all"))
	if r.app.Teacher.Open.Get().Lesson != nil || !viewtest.Shows(r.w, "0 of 3 tasks done") || viewtest.Find(r.w, say.L("learn.continue")) == nil {
		t.Errorf("back in the list: %q", viewtest.Texts(r.w))
	}
	r.Show(want)
	r.settle()
	if !viewtest.Shows(r.w, first.Steps[1].Title) {
		t.Errorf("it does not go on where it was: %q", viewtest.Texts(r.w))
	}
}

func TestEngineTicks(t *testing.T) {
	r := newRig(t)
	r.Show(nav.Route{Place: nav.Learn, ID: "first-container"})
	r.tap(t, say.L("learn.next"))
	viewtest.Golden(t, "task.xml", r.w)
	r.tap(t, say.L("learn.hint"))
	r.tap(t, say.L("learn.show"))
	if len(r.host.Guided) != 1 || r.host.Guided[0] != "run" || viewtest.Shows(r.w, "Done at") {
		t.Fatalf("guided to %v, %q", r.host.Guided, viewtest.Texts(r.w))
	}
	r.run(t)
	r.until(t, "the tick", func() bool { return viewtest.Shows(r.w, "Done at") && viewtest.Shows(r.w, " took ") })
	if viewtest.Find(r.w, say.L("learn.show")) != nil {
		t.Error("what is done is still asked for")
	}
}

func TestQuestionsSayWhy(t *testing.T) {
	r := newRig(t)
	r.Show(nav.Route{Place: nav.Learn, ID: "first-container"})
	l := lesson.ByID("en", "first-container")
	for range len(l.Steps) - 1 {
		r.tap(t, say.L("learn.next"))
	}
	for _, q := range l.Quiz() {
		for _, a := range q.Answers {
			r.tap(t, a.Text)
			if start, _, _ := strings.Cut(a.Why, "."); !viewtest.Shows(r.w, start) {
				t.Errorf("%q does not say why: %q", a.Text, a.Why)
			}
		}
	}
	if got := r.app.Teacher.Progress.Get(l.ID).Answered; len(got) != 2 || got[0] != 1 || got[1] != 2 {
		t.Errorf("answered %v", got)
	}
	r.tap(t, say.L("learn.finish"))
	if len(r.host.Toasts) != 1 || !strings.Contains(r.host.Toasts[0], "3 tasks are still open") {
		t.Errorf("told %q", r.host.Toasts)
	}
}

func TestForeignLessonAsksFirst(t *testing.T) {
	r := newRig(t)
	path := filepath.Join(t.TempDir(), "x.escale-lesson")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		r.Show(nav.Route{Place: nav.Learn, File: path})
	}
	write("hello")
	r.until(t, "the refusal", func() bool { return len(r.host.Toasts) == 1 })
	text := "---\nlesson: 1\nid: x1\norder: 1\nlanguage: en\nauthor: Somebody\ntitle: Foreign\nminutes: 3\nsummary: S\n---\n## Here\nHello there.\n```command\ndocker run -v /:/host busybox\n```\n"
	write(text)
	r.until(t, "the question", func() bool { return viewtest.Shows(r.w, "Open “Foreign”?") })
	if !viewtest.Shows(r.w, "Somebody") || !viewtest.Shows(r.w, "take down walls") || viewtest.Shows(r.w, "reaches beyond") || r.app.Teacher.Open.Get().Lesson != nil {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
	viewtest.Golden(t, "ask.xml", r.w)
	r.tap(t, say.L("action.cancel"))
	if r.app.Teacher.Open.Get().Lesson != nil {
		t.Error("it is open all the same")
	}
	write(text)
	r.until(t, "the question", func() bool { return viewtest.Shows(r.w, "Open “Foreign”?") })
	r.tap(t, say.L("learn.ask.open"))
	r.until(t, "the lesson", func() bool { return viewtest.Shows(r.w, "Hello there.") && viewtest.Shows(r.w, say.L("learn.foreign")) })
}

func TestProgressIsForgottenAndComesBack(t *testing.T) {
	r := newRig(t)
	r.app.Teacher.Progress.Update("first-container", func(p *progress.Record) { p.Step = 2; p.Begun = p.Begun.AddDate(1, 0, 0) })
	r.settle()
	r.tap(t, say.L("action.more"))
	r.tap(t, say.L("learn.forget"))
	r.tap(t, say.L("learn.forget.verb"))
	if r.app.Teacher.Progress.Any() || len(r.host.Toasts) != 1 {
		t.Errorf("not forgotten, or not told: %q", r.host.Toasts)
	}
}

// coach is the panel at the second step of the first lesson.
func (r *rig) coach(t *testing.T, size fyne.Size) (*Coach, *lesson.Lesson, fyne.Window) {
	t.Helper()
	l := lesson.ByID("en", "first-container")
	r.app.Teacher.Begin(l, l.ID, false)
	r.app.Teacher.Turn(1)
	c := NewCoach(Parts{Teacher: r.app.Teacher, Host: r.host}, false)
	t.Cleanup(c.Close)
	return c, l, viewtest.Window(t, c.Content(), size.Width, size.Height)
}

func TestCoachTurnsSteps(t *testing.T) {
	r := newRig(t)
	_, l, w := r.coach(t, fyne.NewSize(300, 700))
	viewtest.Golden(t, "coach.xml", w)
	viewtest.Tap(t, w, say.L("learn.next"))
	r.host.Drain()
	viewtest.Settle(w)
	if !viewtest.Shows(w, l.Steps[2].Title) || len(r.host.Routes) != 0 {
		t.Errorf("it shows %q, and opens %v", viewtest.Texts(w), r.host.Routes)
	}
	for range 2 { // to the one without tasks
		viewtest.Tap(t, w, say.L("learn.back"))
		r.host.Drain()
		viewtest.Settle(w)
	}
	if len(r.host.Routes) != 1 || r.host.Routes[0].Place != nav.Learn {
		t.Errorf("a step to read opens %v", r.host.Routes)
	}
}

// TestCoachGoesOn: in a strip that a task fills, what follows it comes into view
// once it is done, and its tick stays there.
func TestCoachGoesOn(t *testing.T) {
	for name, size := range map[string]fyne.Size{"strip": {Width: 680, Height: 250}, "column": {Width: 300, Height: 740}} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			c, _, w := r.coach(t, size)
			c.Reveal("run")
			at := c.scroll.Offset.Y
			r.run(t)
			task := c.step.tasks[0]
			follows := func() bool {
				end := task.content.Position().Y + task.content.Size().Height
				return end >= c.scroll.Offset.Y+behind && end+ahead <= c.scroll.Offset.Y+c.scroll.Size().Height
			}
			r.until(t, "what follows", func() bool {
				viewtest.Settle(w)
				return viewtest.Shows(w, "Done at") && follows()
			})
			if moved := c.scroll.Offset.Y > at; moved != (name == "strip") {
				t.Errorf("it was at %v, and is at %v", at, c.scroll.Offset.Y)
			}
		})
	}
}

// TestLooks takes pictures of every step of every lesson, to be looked at.
func TestLooks(t *testing.T) {
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		t.Cleanup(func() { say.SetLanguage("en") })
		for name, mode := range map[string]theme.Mode{"light": theme.AlwaysLight, "dark": theme.AlwaysDark} {
			for _, l := range lesson.All(language) {
				for _, s := range l.Steps {
					for _, b := range s.Blocks {
						if p, ok := b.(*lesson.Picture); ok {
							viewtest.Shot(t, "picture-"+l.ID+"-"+language+"-"+name, mode, fyne.NewSize(720, 560), func() fyne.CanvasObject {
								return kit.Pad(theme.Space4, kit.Col(0, Picture(p)))
							})
						}
					}
				}
			}
		}
	}
}

// TestFitsTheSmallestWindow holds every lesson to the room that there is.
func TestFitsTheSmallestWindow(t *testing.T) {
	viewtest.App(t)
	room := viewtest.Smallest.SubtractWidthHeight(theme.SidebarWidth, 0)
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		t.Cleanup(func() { say.SetLanguage("en") })
		r := newRig(t)
		viewtest.Fits(t, r.list, room)
		for _, l := range lesson.All(language) {
			r.app.Teacher.Begin(l, l.ID, false)
			for i := range l.Steps {
				r.app.Teacher.Turn(i)
				r.settle()
				viewtest.Fits(t, r.reader.content, room)
			}
		}
	}
}
