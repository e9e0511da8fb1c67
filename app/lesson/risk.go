package lesson

import (
	"strings"

	"escale/app/run"
)

// walls are the parts of docker commands that take walls away, or reach through
// them. Options that name a value are compared with it.
var walls = []string{
	"--privileged", "--cap-add", "--device", "--security-opt", "--pid", "--ipc", "--uts", "--userns", "--cgroupns",
	"--net=host", "--network=host", "--net host", "--network host", "docker.sock", "type=bind", "0.0.0.0", "--volumes-from",
}

// Walls tells whether a command takes walls between a container and the computer
// away, or shows folders of the computer to it. It may say so of a command that
// does not; it is a warning, and no more.
func (c Command) Walls() bool {
	for _, line := range c {
		line = strings.Join(strings.Fields(line), " ")
		for _, wall := range walls {
			if strings.Contains(line, wall) {
				return true
			}
		}
		words := strings.Fields(line)
		for i, word := range words {
			value := ""
			switch {
			case (word == "-v" || word == "--volume") && i+1 < len(words):
				value = words[i+1]
			case strings.HasPrefix(word, "--volume="):
				value = strings.TrimPrefix(word, "--volume=")
			case strings.HasPrefix(word, "-v"):
				value = strings.TrimPrefix(word, "-v")
			}
			if value = strings.Trim(value, `"'`); value != "" && strings.ContainsAny(value[:1], "/~.$%\\") {
				return true
			}
		}
	}
	return false
}

// Asks says what in a foreign lesson is worth a warning before it is opened.
type Asks struct {
	Walls bool // commands that take walls away
	Risks bool // forms that reach beyond their container
}

// Asks looks through the whole lesson.
func (l *Lesson) Asks() (a Asks) {
	for _, s := range l.Steps {
		for _, b := range s.Blocks {
			switch b := b.(type) {
			case Command:
				a.Walls = a.Walls || b.Walls()
			case *Task:
				a.Risks = a.Risks || b.risky()
			}
		}
	}
	return a
}

// risky tells whether the form of a task reaches beyond its container in a way
// that where its image comes from does not explain.
func (t *Task) risky() bool {
	if t.Recipe == nil {
		return false
	}
	form := t.Recipe.Form(run.Facts{})
	for _, r := range form.Risks() {
		if r.Kind != run.RiskRegistry && r.Kind != run.RiskMaker {
			return true
		}
	}
	return false
}
