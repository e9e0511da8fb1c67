//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"escale/app/lesson"
	"escale/views/say"
)

// pupil is somebody at a desk with a lesson open.
type pupil struct {
	*desk
	l    *lesson.Lesson
	step int
	done int // tasks of the step that are ticked
}

// everyWay has every lesson played in every language and with docker, which takes
// twenty minutes. Otherwise each is played once in a window, and the first with
// docker.
var everyWay = os.Getenv("ESCALE_LESSONS") == "all"

// TestLessons plays every lesson that comes with Escale in a window: each task is
// done where the lesson shows it.
func TestLessons(t *testing.T) {
	for turn, language := range []struct {
		code string
		options
	}{
		{"en", options{lang: "en_US.UTF-8", theme: "light"}},
		{"fr", options{lang: "fr_FR.UTF-8", theme: "dark", width: 900, height: 600}},
	} {
		for i, l := range lesson.All(language.code) {
			if !everyWay && i%2 != turn {
				continue // in the other language
			}
			t.Run(language.code+"/"+l.ID, func(t *testing.T) {
				p := sitDown(t, l, language.options)
				for i, s := range l.Steps {
					p.shot(fmt.Sprintf("lesson-%s-%s-%d", l.ID, language.code, i+1))
					for _, task := range s.Tasks() {
						p.guided(task)
						p.does(task)
						p.ticked(task)
					}
					p.turn()
				}
				p.answered()
			})
		}
	}
}

// TestLessonsOutside does every task with the docker command: something similar
// does not tick it, and doing it does.
func TestLessonsOutside(t *testing.T) {
	all := lesson.All("en")
	if !everyWay {
		all = all[:1]
	}
	for _, l := range all {
		t.Run(l.ID, func(t *testing.T) {
			p := sitDown(t, l, options{})
			script := script(t, l)
			for _, s := range l.Steps {
				for _, task := range s.Tasks() {
					play := script[task.ID]
					if len(play.Not) == 0 || len(play.Do) == 0 {
						t.Fatalf("nobody plays %s", task.ID)
					}
					commands(t, play.Not)
					p.unticked(task)
					commands(t, play.Do)
					p.ticked(task)
				}
				p.turn()
			}
		})
	}
}

// sitDown opens a lesson as a user does.
func sitDown(t *testing.T, l *lesson.Lesson, o options) *pupil {
	t.Helper()
	say.SetLanguage(l.Language)
	t.Cleanup(func() { say.SetLanguage("en") })
	stage(t)
	p := &pupil{desk: sit(t, o), l: l}
	p.read(say.L("pill.ready"), 20*time.Second)
	p.press("ctrl+7")
	p.read(say.L("learn.subtitle"), 10*time.Second)
	p.shot("lessons-" + l.Language)
	p.begins()
	p.read(l.Steps[0].Title, 10*time.Second)
	return p
}

// begins finds the lesson's card, and presses Start, which is below its title.
func (p *pupil) begins() {
	p.t.Helper()
	var start object
	below := func(seen tree, m match) (best object, ok bool) {
		for _, title := range seen.Objects {
			if title.Role != "text" || len(title.Text) < 6 || !strings.HasPrefix(p.l.Title, title.Text) {
				continue
			}
			for _, o := range seen.Objects {
				if m(o) && o.Y > title.Y && o.X >= title.X-20 && o.X < title.X+60 && o.H > 20 && (!ok || o.Y < best.Y) {
					best, ok = o, true
				}
			}
		}
		return best, ok
	}
	p.scrollToward("the card of "+p.l.ID, func(seen tree) bool {
		o, ok := below(seen, button(say.L("learn.start")))
		still := ok && o == start
		start = o
		return still
	})
	p.clickOn(start)
}

// guided asks where a task is done.
func (p *pupil) guided(task *lesson.Task) {
	p.t.Helper()
	p.scrollTo(say.L("learn.show"))
	p.click(say.L("learn.show"))
	p.gone(say.L("learn.all"), 10*time.Second)
	if task.Open.Name == lesson.OpenRun {
		p.steady("the run sheet", button(say.L("action.run")), 10*time.Second)
	}
	p.until("the task "+task.ID, 10*time.Second, func() bool {
		_, there := p.look(func(o object) bool { // its first line, however long that is
			return o.Role == "text" && len(o.Text) > 3 && strings.HasPrefix(task.Text, strings.TrimSpace(o.Text))
		})
		return there
	})
	p.shot(fmt.Sprintf("lesson-%s-%s-%s", p.l.ID, p.l.Language, task.ID))
}

// ticks is how many ticked tasks are on screen.
func (p *pupil) ticks() (n int) {
	seen, err := p.tree()
	if err != nil {
		return -1
	}
	done, _, _ := strings.Cut(say.L("learn.task.done", "Time", "|"), "|")
	for _, o := range seen.Objects {
		if o.Role == "text" && strings.HasPrefix(o.Text, done) {
			n++
		}
	}
	return n
}

// ticked waits for the next tick.
func (p *pupil) ticked(task *lesson.Task) {
	p.t.Helper()
	p.done++
	done, _, _ := strings.Cut(say.L("learn.task.done", "Time", "|"), "|")
	p.until("the tick of "+task.ID, 2*time.Minute, func() bool {
		if p.ticks() == p.done {
			return true
		}
		// Earlier ones may be out of sight: its own is below its text.
		title, there := p.look(func(o object) bool {
			return o.Role == "text" && len(o.Text) > 20 && strings.HasPrefix(task.Text, strings.TrimSpace(o.Text))
		})
		tick, ticked := p.look(func(o object) bool {
			return o.Role == "text" && strings.HasPrefix(o.Text, done) && o.Y > title.Y && o.Y < title.Y+150
		})
		return there && ticked && tick.H > 0
	})
}

// unticked watches for a while that nothing is ticked.
func (p *pupil) unticked(task *lesson.Task) {
	p.t.Helper()
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if p.ticks() > p.done {
			p.t.Fatalf("something similar ticked %s", task.ID)
		}
	}
}

// turn goes on to the next step, on the lesson's own page.
func (p *pupil) turn() {
	p.t.Helper()
	if p.step == len(p.l.Steps)-1 {
		return
	}
	if !p.sees(say.L("learn.all")) {
		p.press("ctrl+7")
		p.read(say.L("learn.all"), 10*time.Second)
	}
	p.click(say.L("learn.next"))
	p.step++
	p.done = 0
	p.read(p.l.Steps[p.step].Title, 10*time.Second)
}

// answered finds the right answers, after a wrong one, and ends the lesson.
func (p *pupil) answered() {
	p.t.Helper()
	if !p.sees(say.L("learn.all")) {
		p.press("ctrl+7")
		p.read(say.L("learn.all"), 10*time.Second)
	}
	for _, q := range p.l.Quiz() {
		for _, right := range []bool{false, true} {
			for _, a := range q.Answers {
				if a.Right == right {
					p.scrollTo(a.Text)
					p.click(a.Text)
					break
				}
			}
		}
	}
	p.shot("lesson-" + p.l.ID + "-" + p.l.Language + "-quiz")
	p.click(say.L("learn.finish"))
	p.read(say.L("learn.subtitle"), 10*time.Second)
	p.read(say.L("learn.done"), 10*time.Second)
}

// scrollTo scrolls the page down until a control is in sight.
func (p *pupil) scrollTo(label string) {
	p.t.Helper()
	p.scrollToward("the control "+label, func(seen tree) bool {
		for _, o := range seen.Objects {
			if button(label)(o) && o.H > 20 && o.Y+o.H < seen.Window.H-70 {
				return true
			}
		}
		return false
	})
}

// scrollToward scrolls the page down until something is there.
func (p *pupil) scrollToward(what string, there func(tree) bool) {
	p.t.Helper()
	scroll := false
	p.until(what, 30*time.Second, func() bool {
		seen, err := p.tree()
		if err != nil {
			return false
		}
		if there(seen) {
			return true
		}
		if scroll = !scroll; scroll { // every second look, so that what moves is seen at rest
			x, y := seen.Window.W/2+100, seen.Window.H/2
			for _, o := range seen.Objects {
				if button(say.L("learn.page"))(o) { // the lesson is beside another screen, below this
					x, y = o.X, o.Y+o.H+60
				}
			}
			_, _ = p.tool("xdotool", "mousemove", "--window", p.window, fmt.Sprint(x), fmt.Sprint(y), "click", "5", "click", "5")
		}
		return false
	})
}

// TestForeignLesson opens a lesson that somebody else wrote: it says so first,
// and one that cannot be read says where.
func TestForeignLesson(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t)
	d := sit(t, options{})
	d.read(say.L("pill.ready"), 15*time.Second)
	path := filepath.Join(d.home, "Ours.escale-lesson")
	text := "---\nlesson: 1\nid: ours\norder: 1\nlanguage: en\nauthor: A school\ntitle: Our lesson\nminutes: 3\nsummary: Ours.\n---\n" +
		"## The first step\nHello to the class.\n```command\ndocker run --privileged busybox\n```\n" +
		"```task\nid: one\ntext: Do this here.\nopen: run\nrun:\n  image: nginx\n  openToNetwork: true\n  ports: [{container: 80}]\ncheck: container(image=\"nginx\")\n```\n"
	open := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := d.tool(place.program, path); err != nil {
			t.Fatalf("the second start: %v", err)
		}
	}
	open(text)
	d.read(say.L("learn.ask.title", "Title", "Our lesson"), 10*time.Second)
	d.read("A school", 2*time.Second)
	d.read("take down walls", 2*time.Second)
	d.read("reaches beyond the", 2*time.Second)
	d.shot("lesson-foreign-ask")
	d.click(say.L("learn.ask.open"))
	d.read("Hello to the class.", 10*time.Second)
	d.read(say.L("learn.foreign"), 2*time.Second)
	d.click(say.L("learn.show"))
	d.read(say.L("learn.given.foreign"), 10*time.Second)
	d.read(say.L("run.risk.public"), 5*time.Second)
	if out, err := tryDocker("ps", "-aq"); err != nil || out != "" {
		t.Errorf("a lesson ran something: %q, %v", out, err)
	}
	d.press("Escape")
	open(strings.Replace(text, "open: run", "open: somewhere", 1))
	d.read("Line 19", 10*time.Second)
	d.read("somewhere", 2*time.Second)
}
