package app

import (
	"escale/app/progress"
	"escale/app/teacher"
)

func newTeacher(a *App, o Options) *teacher.Teacher {
	if o.Progress == nil {
		o.Progress, _ = progress.Open("") // in memory: cannot fail
	}
	return teacher.New(teacher.Options{
		Store: a.Store, Engine: a.Session.Acquire, Progress: o.Progress, Log: a.log,
	})
}
