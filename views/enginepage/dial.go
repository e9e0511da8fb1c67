package enginepage

import (
	"math"
	"strconv"
	"strings"

	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// dial is a number that is slid or typed. What is typed stays as it is, also
// when it cannot be: what is wrong is said below it.
type dial struct {
	form   *form
	key    string // of the draft
	unit   int64  // what one of the typed number is
	box    *kit.FieldBox
	slider *kit.Slider
	input  *kit.Input

	least, most int64
	has         int64 // what the machine has, as it said last
	shown       int64 // the same, or what was saved and it has not said yet
	drawn       bool
	said        string // the hint

	help    func(machine.Status) string
	tooMuch func() string
	doubt   func(v int64) string // what to think of first; may be nil
}

// newDial returns a dial whose slider goes in steps, both in units of the machine.
func newDial(f *form, key, label, unitWord string, unit, step int64) *dial {
	d := &dial{form: f, key: key, unit: unit}
	d.slider = kit.NewSlider(0, 1, float64(step), 0, func(v float64) { d.choose(int64(v)); f.page.draw() })
	d.slider.SetName(label)
	d.input = kit.NewInput("", "", 0)
	d.input.SetName(label)
	d.input.OnChanged = func(text string) { f.refused = ""; f.page.draft[key] = text; f.page.draw() }
	d.input.OnSubmitted = func(string) { f.commit(false) }
	d.box = kit.Field(label, "", kit.Row(theme.Space3,
		kit.Grow(d.slider), kit.Fixed(84, 0, d.input), kit.Fixed(28, 0, kit.NewText(unitWord, theme.Small, theme.InkMuted))))
	return d
}

// limit sets what can be chosen.
func (d *dial) limit(least, most int64) {
	d.least, d.most = least, most
	d.slider.SetLimits(float64(least), float64(most))
}

// reach is limit for the disk: one that was made can only grow, and the slider
// does not go as far as one may type.
func (d *dial) reach(s machine.Status) {
	d.least = machine.MinDiskBytes
	if s.State != machine.StateAbsent && s.State != "" {
		d.least = max(d.least, s.Resources.DiskBytes)
	}
	from := max(d.least, diskStep)
	d.slider.SetLimits(float64(from), float64(max(diskReach, from*2)))
}

// draw shows what the machine has where nothing was typed.
func (d *dial) draw(has int64, s machine.Status) {
	if text, ok := d.form.page.draft[d.key]; ok {
		d.input.SetText(text)
	}
	if !d.drawn || has != d.has {
		d.has, d.shown, d.drawn = has, has, true
		if !d.typed() {
			d.input.SetText(d.write(has))
		}
	}
	v, ok := d.value()
	if ok {
		d.slider.SetValue(float64(v))
	}
	d.box.SetHelp(d.help(s))
	d.drawHint(v, ok)
}

func (d *dial) drawHint(v int64, ok bool) {
	tone, words := kit.Problem, ""
	switch {
	case !ok:
		words = d.problem()
	case d.doubt != nil && d.typed():
		tone, words = kit.Caution, d.doubt(v)
	}
	if words == d.said {
		return
	}
	d.said = words
	if words == "" {
		d.input.ClearProblem()
		d.box.ClearHint()
		return
	}
	d.input.SetProblem(tone)
	d.box.SetHint(tone, words, nil)
}

// typed tells whether the field says something else than the machine has.
func (d *dial) typed() bool { _, ok := d.form.page.draft[d.key]; return ok }

// value is what the field says, in units of the machine; false when that cannot
// be.
func (d *dial) value() (int64, bool) {
	v, ok := d.read(d.input.Text())
	if !d.typed() {
		return d.shown, true
	}
	return v, ok && v >= d.least && v <= d.most
}

func (d *dial) problem() string {
	v, ok := d.read(d.input.Text())
	switch {
	case !ok:
		return say.L("machine.number", "Example", d.write(d.shown))
	case v > d.most:
		return d.tooMuch()
	case d.key == "disk" && d.least > machine.MinDiskBytes:
		return say.L("machine.disk.shrink", "Size", life.LimitBytes(d.least))
	}
	if d.unit == 1 {
		return say.L("machine.least", "Least", d.write(d.least))
	}
	return say.L("machine.least", "Least", life.LimitBytes(d.least))
}

// choose types a value in.
func (d *dial) choose(v int64) {
	d.form.refused = ""
	if v == d.shown {
		d.forget()
		return
	}
	d.form.page.draft[d.key] = d.write(v)
}

// forget goes back to what the machine has.
func (d *dial) forget() {
	delete(d.form.page.draft, d.key)
	d.input.SetText(d.write(d.shown))
}

// keep takes what was typed for what the machine has.
func (d *dial) keep() {
	if v, ok := d.value(); ok && d.typed() {
		d.shown = v
		d.forget()
	}
}

// write is how a value is typed.
func (d *dial) write(v int64) string {
	text := strconv.FormatFloat(math.Round(float64(v)/float64(d.unit)*100)/100, 'f', -1, 64)
	if say.Language() == "fr" {
		return strings.Replace(text, ".", ",", 1)
	}
	return text
}

// read takes a number with a point or a comma, and its unit if somebody types
// that, too.
func (d *dial) read(text string) (int64, bool) {
	text = strings.ToLower(strings.Join(strings.Fields(text), ""))
	unit := d.unit
	if d.unit > 1 {
		for _, suffix := range []string{"gib", "gb", "go", "g"} {
			text = strings.TrimSuffix(text, suffix)
		}
		for _, suffix := range []string{"mib", "mb", "mo", "m"} {
			if before, ok := strings.CutSuffix(text, suffix); ok {
				text, unit = before, 1<<20
				break
			}
		}
	}
	n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || math.IsNaN(n) || math.Abs(n) > 1e9 || d.unit == 1 && n != math.Trunc(n) {
		return 0, false
	}
	return int64(math.Round(n * float64(unit))), true
}
