package say

import (
	"errors"

	"escale/app/lesson"
	"escale/app/teacher"
)

// LessonProblem says why a lesson cannot be opened: where, and what.
func LessonProblem(err error) string {
	e, _ := errors.AsType[*lesson.Error](err)
	if e == nil {
		return L("lesson.bad.closed")
	}
	hint := lessonHint(e)
	if e.Line == 0 {
		return hint
	}
	return L("lesson.bad.line", "Line", e.Line, "Hint", hint)
}

func lessonHint(e *lesson.Error) string {
	switch e.Why {
	case lesson.Missing:
		return L("lesson.bad.missing")
	case lesson.TooLarge:
		return L("lesson.bad.toolarge")
	case lesson.NotLesson:
		return L("lesson.bad.notlesson")
	case lesson.Newer:
		return L("lesson.bad.newer")
	case lesson.NotText:
		return L("lesson.bad.nottext")
	case lesson.Broken:
		return L("lesson.bad.broken")
	case lesson.Unknown:
		return L("lesson.bad.unknown", "What", e.What)
	case lesson.Lacking:
		return L("lesson.bad.lacking", "What", e.What)
	case lesson.Twice:
		return L("lesson.bad.twice", "What", e.What)
	case lesson.Long:
		return L("lesson.bad.long", "What", e.What)
	case lesson.Many:
		return L("lesson.bad.many", "What", e.What)
	case lesson.Few:
		return L("lesson.bad.few", "What", e.What)
	case lesson.Bad:
		return L("lesson.bad.bad", "What", e.What)
	case lesson.Misplaced:
		return L("lesson.bad.misplaced", "What", e.What)
	case lesson.Syntax:
		return L("lesson.bad.syntax", "What", e.What)
	case lesson.NoTask:
		return L("lesson.bad.notask", "What", e.What)
	case lesson.Recipe:
		return L("lesson.bad.recipe", "What", RecipeProblem(e.Err).Hint)
	case lesson.Closed:
	}
	return L("lesson.bad.closed")
}

// Reading writes a figure that was measured.
func Reading(what lesson.Figure, r teacher.Reading) string {
	switch what {
	case lesson.FigureMemory, lesson.FigureImageSize:
		return Bytes(r.Bytes)
	case lesson.FigureProcesses, lesson.FigureLayers:
		return Count(int64(r.Count))
	case lesson.FigureStart, lesson.FigureLasted, lesson.FigureAnswer:
	}
	if r.Took < 100*1e6 { // of nanoseconds: too little for tenths of a second
		return decimal(float64(r.Took.Microseconds())/1000, 1) + space() + "ms"
	}
	return Seconds(r.Took)
}
