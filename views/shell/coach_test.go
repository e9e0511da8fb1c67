package shell

import (
	"testing"

	"fyne.io/fyne/v2"

	"escale/app/lesson"
	"escale/app/settings"
	"escale/engine"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

// lessonOf is a lesson of one step, with a task for each of the points.
func lessonOf(t *testing.T, tasks ...string) *lesson.Lesson {
	t.Helper()
	text := "---\nlesson: 1\nid: x1\norder: 1\ntitle: A lesson\nminutes: 3\nsummary: S\n---\n## First\nRead this.\n"
	for _, task := range tasks {
		text += "```task\n" + task + "\n```\n"
	}
	l, err := lesson.Parse([]byte(text+"## Second\nThe end.\n"), "en")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

const runTask = "id: run\ntext: Run it.\nopen: run\npoint: run.go\nrun:\n  image: nginx\n  name: mine\ncheck: container(name=\"mine\", state=\"running\")"

// marked waits until the mark is around something, and returns what.
func (r *rig) marked(t *testing.T) kit.Area {
	t.Helper()
	at := kit.Area{}
	r.until(t, "the mark", func() bool {
		at = r.root.Pointer.At()
		if r.sheet != nil {
			at = r.sheet.Pointer.At()
		}
		return !at.Empty()
	})
	return at
}

func TestLessonStaysBesideTheScreens(t *testing.T) {
	r := newRig(t, settings.Prefs{Window: settings.Window{Width: 1240, Height: 760}})
	l := lessonOf(t, runTask)
	r.app.Teacher.Begin(l, "file:x", true)
	r.Open(nav.Route{Place: nav.Learn})
	r.settle()
	if r.coach.content.Visible() || !viewtest.Shows(r.w, "First") {
		t.Errorf("on its own page, the lesson is beside itself, or not there: %q", viewtest.Texts(r.w))
	}
	r.Open(nav.Route{Place: nav.Containers})
	r.settle()
	if !r.coach.content.Visible() || !viewtest.Shows(r.w, "Run it.") {
		t.Errorf("beside another screen, the text is lost: %q", viewtest.Texts(r.w))
	}
	if page := r.page.Size(); page.Width < leastPage || page.Height < r.w.Canvas().Size().Height {
		t.Errorf("the page has %v", page)
	}
	r.Guide("run")
	r.settle()
	if !viewtest.Shows(r.w, say.L("run.title", "Name", "nginx")) || !viewtest.Shows(r.w, say.L("learn.given.foreign")) {
		t.Errorf("the form is not filled in: %q", viewtest.Texts(r.w))
	}
	if !viewtest.Shows(r.w, "Run it.") {
		t.Error("beside the sheet, the text is lost")
	}
	run := viewtest.Find(r.w, say.L("action.run"))
	at := r.marked(t)
	if place := fyne.CurrentApp().Driver().AbsolutePositionForObject(run); at.Position != place || at.Size != run.Size() {
		t.Errorf("the mark is around %v, not around the button at %v %v", at, place, run.Size())
	}
	r.sheet.Close()
	r.settle()
	viewtest.Tap(t, r.w, say.L("learn.leave"))
	r.settle()
	if r.app.Teacher.Open.Get().Lesson != nil || r.coach.content.Visible() {
		t.Error("the lesson is not closed")
	}
}

func TestTickTakesTheMarkAway(t *testing.T) {
	r := newRig(t, settings.Prefs{})
	l := lessonOf(t, "id: stop\ntext: Stop it.\nopen: containers\npoint: containers.list\ncheck: container(name=\"web\", state=\"exited\")")
	r.app.Teacher.Begin(l, "file:x", true)
	r.Guide("stop")
	r.settle()
	r.marked(t)
	if err := r.fake.StopContainer(t.Context(), "a1", 0); err != nil {
		t.Fatal(err)
	}
	r.until(t, "the tick", func() bool { return viewtest.Shows(r.w, "Done at") && r.root.Pointer.At().Empty() })
	r.app.Teacher.Close()
	r.until(t, "the end", func() bool { return !r.coach.content.Visible() })
}

// TestEveryControlIsFound guides to each control that lessons may point at.
func TestEveryControlIsFound(t *testing.T) {
	r := newRig(t, settings.Prefs{Window: settings.Window{Width: 1240, Height: 760}})
	r.fake.AddImage(engine.Image{ID: "sha256:1", Tags: []string{"nginx:latest"}})
	if id, _, err := r.fake.CreateContainer(t.Context(), engine.ContainerSpec{
		Name: "page", Image: "nginx", Ports: []engine.PortBinding{{HostIP: "127.0.0.1", Host: 8080, Container: 80}},
	}); err != nil || r.fake.StartContainer(t.Context(), id) != nil {
		t.Fatal(err)
	}
	if _, err := r.fake.CreateVolume(t.Context(), "data", nil); err != nil {
		t.Fatal(err)
	}
	r.until(t, "the lists", func() bool {
		return len(r.app.Store.Volumes.Get().Rows) == 1 && len(r.app.Store.Images.Get().Rows) == 1
	})
	first := "id: first\ntext: T\nopen: containers\ncheck: container(name=\"page\", state=\"running\")"
	for _, screen := range []string{"discover", "discover/nginx", "run", "containers", "container/first", "images", "volumes", "engine", "settings"} {
		points := lesson.PointsOf(screen)
		if screen == "run" {
			points = append(points, "run.environment/GREETING")
		}
		for _, point := range points {
			task := "id: here\ntext: T\nopen: " + screen + "\npoint: " + point + "\ncheck: container(name=\"none\")"
			if screen == "run" {
				task += "\nrun:\n  image: nginx\n  environment: [{name: GREETING, value: hello}]"
			}
			r.app.Teacher.Begin(lessonOf(t, first, task), "file:"+screen+point, true)
			r.until(t, "the first task", func() bool { return len(r.app.Teacher.Progress.Get("file:"+screen+point).Tasks) == 1 })
			r.Guide("here")
			if point == "run.command" || point == "run.memory" || point == "run.network" {
				r.settle()
				viewtest.Tap(t, r.w, say.L("run.more"))
			}
			r.until(t, screen+": "+point, func() bool {
				at := r.root.Pointer.At()
				if r.sheet != nil {
					at = r.sheet.Pointer.At()
				}
				return !at.Empty()
			})
			if r.sheet != nil {
				r.sheet.Close()
			}
		}
	}
	for _, point := range lesson.Points() {
		if landmarks[point] == nil {
			t.Errorf("nobody knows %s", point)
		}
	}
}

// TestToastsLeaveTheLessonFree holds for the column and for the strip.
func TestToastsLeaveTheLessonFree(t *testing.T) {
	for _, size := range []settings.Window{{Width: 900, Height: 600}, {Width: 1240, Height: 760}} {
		r := newRig(t, settings.Prefs{Window: size})
		r.app.Teacher.Begin(lessonOf(t, runTask), "file:x", true)
		r.Open(nav.Route{Place: nav.Containers})
		r.Toast(kit.Note, "Something happened", "It is over now.", nav.ToastAction{Label: "Undo", Tapped: func() {}})
		r.settle()
		place := fyne.CurrentApp().Driver().AbsolutePositionForObject
		toast, panel := viewtest.Find(r.w, "Undo"), r.coach.content
		left, top := place(panel).Components()
		at := place(toast)
		if at.X+toast.Size().Width > left && at.Y+toast.Size().Height > top {
			t.Errorf("%v: the toast is at %v, the lesson at %v, %v", size, at, left, top)
		}
		if at.X < theme.SidebarWidth || at.Y < 0 {
			t.Errorf("%v: the toast is at %v", size, at)
		}
		r.app.Teacher.Close()
		r.settle()
		if now := place(toast); now.X < at.X || now.Y < at.Y || now == at {
			t.Errorf("%v: without a lesson, the toast stays at %v", size, now)
		}
	}
}

func TestSmallestWindowKeepsTheLesson(t *testing.T) {
	r := newRig(t, settings.Prefs{Window: settings.Window{Width: 900, Height: 600}})
	r.app.Teacher.Begin(lessonOf(t, runTask), "file:x", true)
	for _, d := range destinations {
		if d.place == nav.Learn {
			continue
		}
		r.Open(nav.Route{Place: d.place})
		r.settle()
		if size := r.w.Canvas().Size(); size.Height > 600 || size.Width > 900 {
			t.Errorf("%s: the window grew to %v", d.place, size)
		}
		strip, page := r.coach.content, r.page
		if strip.Size().Height < leastCoach || strip.Position().Y < page.Size().Height || strip.Position().Y+strip.Size().Height > 600 {
			t.Errorf("%s: the lesson has %v at %v, the page %v", d.place, strip.Size(), strip.Position(), page.Size())
		}
		if page.Size().Height < page.MinSize().Height {
			t.Errorf("%s: the page has %v of its %v", d.place, page.Size(), page.MinSize())
		}
	}
}
