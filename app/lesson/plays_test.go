package lesson

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"escale/app/lesson/plays"
	"escale/app/run"
	"escale/engine"
)

// performances are the plays of every lesson.
func performances(t *testing.T) map[string][]plays.Play {
	t.Helper()
	all, err := plays.All()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// stage plays a lesson in a world.
type stage struct {
	*testing.T
	*world
	l     *Lesson
	scene *Scene
	begun int         // events when the lesson was begun
	steps map[int]int // and when its steps were
	marks map[int]Mark
}

func newStage(t *testing.T, l *Lesson, w *world) *stage {
	t.Helper()
	s := &stage{T: t, world: w, l: l, begun: len(w.events), steps: map[int]int{}, marks: map[int]Mark{}}
	s.scene = w.scene()
	s.scene.Lesson, s.scene.Deeds = MarkNow("e", s.scene), map[string]Deed{}
	return s
}

// stepOf is the step of a task.
func (s *stage) stepOf(id string) int {
	return slices.IndexFunc(s.l.Steps, func(step Step) bool {
		return slices.ContainsFunc(step.Tasks(), func(t *Task) bool { return t.ID == id })
	})
}

// ticked looks at a task as the teacher does.
func (s *stage) ticked(id string) bool {
	s.Helper()
	now, step := s.world.scene(), s.stepOf(id)
	if _, shown := s.marks[step]; !shown {
		s.marks[step], s.steps[step] = MarkNow("e", now), len(s.events)
	}
	now.Lesson, now.Deeds, now.Task = s.scene.Lesson, s.scene.Deeds, s.marks[step]
	now.Events, now.Fresh = s.events[s.begun:], s.events[s.steps[step]:]
	deed, holds, err := s.l.Task(id).Check.Eval(s.Context(), now)
	if err != nil {
		s.Fatalf("%s: %v", id, err)
	}
	if holds {
		s.scene.Deeds[id] = deed
	}
	return holds
}

// TestPlays does every task of every lesson, and things that are no more than
// similar before.
func TestPlays(t *testing.T) {
	all := performances(t)
	if len(all) != len(All("en")) {
		t.Errorf("%d lessons are played, of %d", len(all), len(All("en")))
	}
	for _, l := range All("en") {
		t.Run(l.ID, func(t *testing.T) {
			w := newWorld(t)
			s := newStage(t, l, w)
			tasks := l.Tasks()
			if len(tasks) != len(all[l.ID]) {
				t.Fatalf("%d tasks are played, of %d", len(all[l.ID]), len(tasks))
			}
			for i, p := range all[l.ID] {
				if p.Task != tasks[i].ID || len(p.Not) == 0 || len(p.Do) == 0 {
					t.Fatalf("task %s, want %s, with and without doing it", p.Task, tasks[i].ID)
				}
				s.perform(p)
			}
			again := newStage(t, l, w)
			for _, task := range tasks {
				if again.ticked(task.ID) {
					t.Errorf("%s is ticked by what was there before the lesson", task.ID)
				}
			}
		})
	}
}

// perform does one task.
func (s *stage) perform(p plays.Play) {
	if s.ticked(p.Task) {
		s.Errorf("%s is ticked before anything was done", p.Task)
	}
	for _, command := range p.Not {
		if s.do(command); s.ticked(p.Task) {
			s.Errorf("%s is ticked by %s", p.Task, command)
		}
	}
	for i, command := range p.Do {
		s.do(command)
		if done := s.ticked(p.Task); done != (i == len(p.Do)-1) {
			s.Errorf("%s ticked after %s: %v", p.Task, command, done)
		}
	}
}

// TestFormsAreThePlays compares what the lessons fill in with what the plays run.
func TestFormsAreThePlays(t *testing.T) {
	all := performances(t)
	for _, language := range Languages() {
		for _, l := range All(language) {
			for i, task := range l.Tasks() {
				do := all[l.ID][i].Do[len(all[l.ID][i].Do)-1]
				if task.Recipe == nil || !strings.HasPrefix(do, "docker run ") {
					continue
				}
				form := outline(task.Recipe.Form(run.Facts{}).Spec())
				if play := outline(specOf(t, do)); form != play {
					t.Errorf("%s, %s: the form is\n%s\nthe play\n%s", l.ID, task.ID, form, play)
				}
			}
		}
	}
}

// outline is what readers are not asked to change in a form.
func outline(s engine.ContainerSpec) string {
	text := fmt.Sprintf("%s %q %s %d", s.Name, s.Command, s.Network, s.MemoryBytes)
	for _, m := range s.Mounts {
		text += " " + m.Source + ":" + m.Target
	}
	for _, p := range s.Ports {
		text += fmt.Sprint(" ", p.Container)
	}
	return text
}
