// Package plays says how every task of the lessons that come with Escale is done
// with docker, and what does not do it. It is for tests.
package plays

import (
	"bufio"
	_ "embed"
	"fmt"
	"strings"
)

//go:embed plays.txt
var text string

// Play is how a task is done: lines for a shell. After those of Not it must not
// be ticked, after those of Do it must.
type Play struct {
	Task    string
	Not, Do []string
}

// All are those of every lesson by its ID, in the order of its tasks.
func All() (map[string][]Play, error) {
	all, lesson := map[string][]Play{}, ""
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		list := all[lesson]
		switch {
		case word == "" || word == "#":
		case word == "lesson":
			lesson = rest
		case word == "task":
			all[lesson] = append(list, Play{Task: rest})
		case word == "not" && len(list) > 0 && len(list[len(list)-1].Do) == 0:
			list[len(list)-1].Not = append(list[len(list)-1].Not, rest)
		case word == "do" && len(list) > 0:
			list[len(list)-1].Do = append(list[len(list)-1].Do, rest)
		default:
			return nil, fmt.Errorf("plays: %q belongs nowhere", lines.Text())
		}
	}
	return all, lines.Err()
}
