//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
)

// tree is what the inspector answers.
type tree struct {
	Window struct {
		Title      string
		X, Y, W, H int
		Scale      float64
	}
	Objects []object
}

type object struct {
	Path, Type, Text, Name, Role string
	X, Y, W, H                   int
	Visible                      bool
	Enabled                      bool
	Focused                      bool
}

func (o object) centre() (x, y int) { return o.X + o.W/2, o.Y + o.H/2 }

func (t tree) words() string {
	var texts []string
	for _, o := range t.Objects {
		if o.Text != "" && o.Role != "image" {
			texts = append(texts, o.Role+":"+o.Text)
		}
	}
	return strings.Join(texts, " | ")
}

// tree asks the program what is on its screen.
func (d *desk) tree() (tree, error) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://escale/tree", http.NoBody)
	if err != nil {
		return tree{}, err
	}
	answer, err := d.client.Do(request)
	if err != nil {
		return tree{}, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return tree{}, fmt.Errorf("the window does not answer: %s", answer.Status)
	}
	var t tree
	return t, json.NewDecoder(answer.Body).Decode(&t)
}

// match says whether an object is the one that is looked for.
type match func(object) bool

// text matches any object that says exactly this.
func text(words string) match {
	return func(o object) bool { return o.Text == words }
}

// saying matches any object whose text holds these words.
func saying(words string) match {
	return func(o object) bool { return strings.Contains(o.Text, words) && o.Role != "image" }
}

// button matches an enabled control with this label.
func button(label string) match {
	return func(o object) bool { return o.Role == "button" && o.Enabled && o.Text == label }
}

// input matches a text field by its name or its placeholder.
func input(words string) match {
	return func(o object) bool {
		return (o.Role == "input" || o.Role == "placeholder") && (o.Name == words || strings.Contains(o.Text, words))
	}
}

func (d *desk) look(m match) (object, bool) {
	t, err := d.tree()
	if err != nil {
		return object{}, false
	}
	for _, o := range t.Objects {
		if m(o) {
			return o, true
		}
	}
	return object{}, false
}

// sees reports whether these words are on screen now.
func (d *desk) sees(words string) bool {
	_, ok := d.look(saying(words))
	return ok
}

// wait waits for an object that matches.
func (d *desk) wait(what string, m match, within time.Duration) object {
	d.t.Helper()
	var found object
	d.until(what, within, func() bool {
		o, ok := d.look(m)
		found = o
		return ok
	})
	return found
}

// steady waits for an object that matches and has stopped moving: what slides
// in cannot be clicked where it was seen.
func (d *desk) steady(what string, m match, within time.Duration) object {
	d.t.Helper()
	var last object
	d.until(what, within, func() bool {
		o, ok := d.look(m)
		still := ok && o.X == last.X && o.Y == last.Y && o.W == last.W
		last = o
		return still
	})
	return last
}

// read waits for words on screen.
func (d *desk) read(words string, within time.Duration) object {
	d.t.Helper()
	return d.wait(fmt.Sprintf("%q on screen", words), saying(words), within)
}

// gone waits until words have left the screen.
func (d *desk) gone(words string, within time.Duration) {
	d.t.Helper()
	d.until(fmt.Sprintf("the end of %q", words), within, func() bool { return !d.sees(words) })
}

// click presses the control with this label.
func (d *desk) click(label string) {
	d.t.Helper()
	d.clickOn(d.steady(fmt.Sprintf("the button %q", label), button(label), 15*time.Second))
}

// clickNear presses the control with this label that is nearest to some words.
func (d *desk) clickNear(anchor, label string) {
	d.t.Helper()
	var best, last object
	d.until(fmt.Sprintf("the button %q near %q", label, anchor), 15*time.Second, func() bool {
		t, err := d.tree()
		if err != nil {
			return false
		}
		nearest := math.Inf(1)
		for _, a := range t.Objects {
			if a.Text != anchor {
				continue
			}
			for _, b := range t.Objects {
				if distance := apart(a, b); button(label)(b) && distance < nearest {
					best, nearest = b, distance
				}
			}
		}
		still := !math.IsInf(nearest, 1) && best.X == last.X && best.Y == last.Y
		last = best
		return still
	})
	d.clickOn(best)
}

// clickExact presses the lowest control with this label: in a dialog, the one
// in its foot.
func (d *desk) clickExact(label string) {
	d.t.Helper()
	var lowest object
	d.steady(fmt.Sprintf("the button %q", label), button(label), 15*time.Second)
	seen, err := d.tree()
	if err != nil {
		d.t.Fatal(err)
	}
	for _, o := range seen.Objects {
		if button(label)(o) && o.Y >= lowest.Y {
			lowest = o
		}
	}
	d.clickOn(lowest)
}

// menuOf opens the context menu of a row and presses an entry.
func (d *desk) menuOf(row, entry string) {
	d.t.Helper()
	o := d.wait(fmt.Sprintf("the row %q", row), text(row), 15*time.Second)
	d.mouse(o, "3")
	d.click(entry)
}

// apart is a distance that counts rows more than columns: what stands on the
// same line belongs together.
func apart(a, b object) float64 {
	ax, ay := a.centre()
	bx, by := b.centre()
	return math.Hypot(float64(ax-bx)/3, float64(ay-by))
}

func (d *desk) clickOn(o object) {
	d.t.Helper()
	d.mouse(o, "1")
}

// mouse moves to an object and presses a button there, as slowly as a hand: the
// toolkit takes the pointer's place once a frame, and a frame takes long on a busy
// machine without a graphics card. So the window answers before the button goes
// down, and once more: what it answers is between two frames.
func (d *desk) mouse(o object, which string) {
	d.t.Helper()
	x, y := o.centre()
	_, err := d.tool("xdotool", "mousemove", "--window", d.window, fmt.Sprint(x), fmt.Sprint(y), "sleep", "0.25")
	for range 2 {
		_, _ = d.tree() // of a window that has just gone there is none
	}
	if err == nil {
		_, err = d.tool("xdotool", "sleep", "0.1", "mousedown", which, "sleep", "0.08", "mouseup", which)
	}
	if err != nil {
		d.t.Fatalf("click %q: %v", o.Text, err)
	}
}

// fill types into the field that shows these words, replacing what it holds.
func (d *desk) fill(field, words string) {
	d.t.Helper()
	d.clickOn(d.steady(fmt.Sprintf("the field %q", field), input(field), 15*time.Second))
	d.press("ctrl+a")
	d.write(words)
}

func (d *desk) write(words string) {
	d.t.Helper()
	if _, err := d.tool("xdotool", "type", "--delay", "25", words); err != nil {
		d.t.Fatalf("type %q: %v", words, err)
	}
}

func (d *desk) press(keys ...string) {
	d.t.Helper()
	for _, key := range keys {
		if _, err := d.tool("xdotool", "key", key); err != nil {
			d.t.Fatalf("press %s: %v", key, err)
		}
	}
}
