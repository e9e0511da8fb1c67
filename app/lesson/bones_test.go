package lesson

import (
	"fmt"
	"strings"
)

// bones are what a lesson has in every language.
func bones(l *Lesson) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d %d %v\n", l.ID, l.Order, l.Minutes, l.Needs)
	for _, s := range l.Steps {
		fmt.Fprintln(&b, "##")
		for _, block := range s.Blocks {
			switch block := block.(type) {
			case *Task:
				fmt.Fprintln(&b, "task", block.ID, block.Open, block.Point, block.Check, block.Recipe != nil)
			case *Picture:
				fmt.Fprint(&b, "picture ", block.Columns, block.Rows)
				for _, arrow := range block.Arrows {
					fmt.Fprint(&b, arrow.From, arrow.To, arrow.Both, arrow.Label != "", " ")
				}
				for _, box := range block.Boxes {
					fmt.Fprint(&b, box.ID, box.Column, box.Row, box.Width, box.Height, box.Tone, box.Frame, " ")
				}
			case *Measure:
				fmt.Fprintln(&b, "measure", block.What, block.Of)
			case Command:
				fmt.Fprintln(&b, "command", block)
			case Quiz:
				for _, q := range block {
					for _, a := range q.Answers {
						fmt.Fprint(&b, a.Right)
					}
				}
			}
		}
	}
	return b.String()
}

// texts are the words that a reader sees, without code.
func texts(l *Lesson) []string {
	all := []string{l.Title, l.Summary}
	for _, s := range l.Steps {
		all = append(all, s.Title)
		for _, block := range s.Blocks {
			switch block := block.(type) {
			case Prose:
				all = append(all, string(block))
			case *Task:
				all = append(all, block.Text, block.Hint)
			case *Picture:
				all = append(all, block.Alt)
				for _, box := range block.Boxes {
					all = append(all, box.Label, box.Text)
				}
			case *Measure:
				all = append(all, block.Text)
			case Quiz:
				for _, q := range block {
					all = append(all, q.Text)
					for _, a := range q.Answers {
						all = append(all, a.Text, a.Why)
					}
				}
			}
		}
	}
	return all
}
