// Package lesson reads lessons: text, pictures, tasks with the checks that tick
// them, and questions, as docs/lessons.md describes them. Anybody may have
// written one: it is bounded, nothing in it is ignored, and it holds no code.
package lesson

import "escale/app/recipefile"

// Ending is how the names of lessons that are passed on end.
const Ending = ".escale-lesson"

// Lesson is one lesson in one language. Nobody changes one.
type Lesson struct {
	ID       string
	Language string // "en" or "fr"
	Title    string
	Summary  string
	Author   string // of a foreign one; may be empty
	Order    int
	Minutes  int
	Needs    []string // IDs of lessons that come before
	Steps    []Step   // 1 to 12
}

// Step is a part of a lesson that is shown at once.
type Step struct {
	Title  string
	Blocks []Block
}

// Block is Prose, *Picture, *Task, Command, *Measure or Quiz.
type Block interface{ block() }

// Prose is bounded Markdown.
type Prose string

// Command is what one would type, a line each; each begins with "docker ".
type Command []string

// Quiz has two questions.
type Quiz []Question

// Question has two to four answers, one of them right.
type Question struct {
	Text    string
	Answers []Answer
}

// Answer is one to choose; Why is said once it was chosen.
type Answer struct {
	Text  string
	Why   string
	Right bool
}

// Task is something to do in the app, or beside it.
type Task struct {
	ID, Text, Hint string
	Open           Screen
	Point          string           // one of Points, or at a Variable; may be empty
	Recipe         *recipefile.File // what the run sheet is filled in with; nil for other screens
	Check          *Check
}

// Figure is something that can be measured.
type Figure string

// The figures.
const (
	FigureStart     Figure = "start"      // from being made to running
	FigureLasted    Figure = "lasted"     // from the start to the end
	FigureMemory    Figure = "memory"     // in use now
	FigureProcesses Figure = "processes"  // in the container
	FigureImageSize Figure = "image-size" // bytes
	FigureLayers    Figure = "layers"     // of its image
	FigureAnswer    Figure = "answer"     // time in which the engine answers
)

var figures = []Figure{
	FigureStart, FigureLasted, FigureMemory, FigureProcesses, FigureImageSize, FigureLayers, FigureAnswer,
}

// Measure is one figure, measured on this computer.
type Measure struct {
	What Figure
	Of   string // the task whose object is measured; empty for FigureAnswer
	Text string // has ValueMark in it
}

// ValueMark stands for the value in a Measure's text.
const ValueMark = "{value}"

// Picture is drawn on a grid.
type Picture struct {
	Alt           string
	Columns, Rows int
	Boxes         []Box
	Arrows        []Arrow
}

// Tone is the colour of a box, which says what it stands for.
type Tone string

// The tones.
const (
	Plain  Tone = "plain"
	Blue   Tone = "blue"
	Green  Tone = "green"
	Amber  Tone = "amber"
	Red    Tone = "red"
	Violet Tone = "violet"
	Teal   Tone = "teal"
)

var tones = []Tone{Plain, Blue, Green, Amber, Red, Violet, Teal}

// Box is a labelled part of a picture. Cells count from 0.
type Box struct {
	ID            string
	Column, Row   int
	Width, Height int // in cells
	Label         string
	Text          string // what is said of it
	Tone          Tone
	Frame         bool // a wall around others
}

// Arrow leads from one box to another; both are indexes of Boxes.
type Arrow struct {
	From, To int
	Label    string
	Both     bool
}

func (Prose) block()    {}
func (Command) block()  {}
func (Quiz) block()     {}
func (*Task) block()    {}
func (*Measure) block() {}
func (*Picture) block() {}

// Tasks are all tasks, in order.
func (l *Lesson) Tasks() []*Task {
	var all []*Task
	for _, s := range l.Steps {
		all = append(all, s.Tasks()...)
	}
	return all
}

// Tasks are the step's tasks.
func (s Step) Tasks() []*Task {
	var all []*Task
	for _, b := range s.Blocks {
		if t, ok := b.(*Task); ok {
			all = append(all, t)
		}
	}
	return all
}

// Task returns the task of an ID; nil without one.
func (l *Lesson) Task(id string) *Task {
	for _, t := range l.Tasks() {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// Quiz returns the lesson's questions; nil without any.
func (l *Lesson) Quiz() Quiz {
	for _, s := range l.Steps {
		for _, b := range s.Blocks {
			if q, ok := b.(Quiz); ok {
				return q
			}
		}
	}
	return nil
}
