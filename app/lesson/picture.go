package lesson

import (
	"regexp"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Bounds of a picture.
const (
	mostColumns = 6
	mostRows    = 8
	mostBoxes   = 16
	mostArrows  = 16
	longAlt     = 200
	longLabel   = 40
	longArrow   = 20
)

var (
	cell = regexp.MustCompile(`^([1-9]) ?, ?([1-9])$`)
	span = regexp.MustCompile(`^([1-9]) ?x ?([1-9])$`)
)

// picture reads a picture block.
func (p *parser) picture(n *yaml.Node, first int) (Block, error) {
	o, err := objectOf(n, first)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(p.current().Blocks, func(b Block) bool { _, is := b.(*Picture); return is }) {
		return nil, fault(first, Many, "picture")
	}
	drawn := &Picture{}
	take := func(read func() error) {
		if err == nil {
			err = read()
		}
	}
	take(func() (err error) { drawn.Alt, err = o.text("alt", longAlt, false); return err })
	take(func() (err error) { drawn.Columns, err = o.number("columns", 1, mostColumns); return err })
	take(func() (err error) { drawn.Rows, err = o.number("rows", 1, mostRows); return err })
	take(func() error { return drawn.boxes(o) })
	take(func() error { return drawn.arrows(o) })
	take(o.end)
	return drawn, err
}

func (d *Picture) boxes(o object) error {
	list, err := o.list("boxes", 1, mostBoxes)
	if err != nil {
		return err
	}
	for _, item := range list {
		b, err := objectOf(item, o.first)
		if err != nil {
			return err
		}
		box, err := d.box(b)
		if err != nil {
			return err
		}
		if d.find(box.ID) >= 0 {
			return fault(b.line, Twice, box.ID)
		}
		d.Boxes = append(d.Boxes, box)
	}
	return nil
}

func (d *Picture) box(o object) (b Box, err error) {
	take := func(read func() error) {
		if err == nil {
			err = read()
		}
	}
	b.Width, b.Height, b.Tone = 1, 1, Plain
	take(func() (err error) { b.ID, err = o.id("id"); return err })
	take(func() (err error) { b.Label, err = o.text("label", longLabel, false); return err })
	take(func() (err error) { b.Text, err = o.text("text", longSentence, false); return err })
	take(func() (err error) { b.Frame, err = o.flag("frame"); return err })
	take(func() error {
		line := o.lineAt("tone")
		tone, err := o.text("tone", longTitle, true)
		if err == nil && tone != "" {
			if b.Tone = Tone(tone); !slices.Contains(tones, b.Tone) {
				return fault(line, Bad, tone)
			}
		}
		return err
	})
	take(func() (err error) {
		b.Column, b.Row, err = o.pair("at", cell, false)
		b.Column, b.Row = b.Column-1, b.Row-1
		return err
	})
	take(func() error {
		if o.fields["size"] == nil {
			return nil
		}
		b.Width, b.Height, err = o.pair("size", span, true)
		return err
	})
	take(func() error {
		if b.Column+b.Width > d.Columns || b.Row+b.Height > d.Rows {
			return fault(o.line, Bad, b.ID)
		}
		return nil
	})
	take(o.end)
	return b, err
}

// pair takes two small numbers.
func (o object) pair(name string, form *regexp.Regexp, optional bool) (a, b int, err error) {
	line := o.lineAt(name)
	text, err := o.text(name, longTitle, optional)
	if err != nil {
		return 0, 0, err
	}
	m := form.FindStringSubmatch(text)
	if m == nil {
		return 0, 0, fault(line, Bad, name)
	}
	a, _ = strconv.Atoi(m[1]) // one digit each
	b, _ = strconv.Atoi(m[2])
	return a, b, nil
}

func (d *Picture) find(id string) int {
	return slices.IndexFunc(d.Boxes, func(b Box) bool { return b.ID == id })
}

func (d *Picture) arrows(o object) error {
	list, err := o.list("arrows", 0, mostArrows)
	if err != nil {
		return err
	}
	for _, item := range list {
		a, err := objectOf(item, o.first)
		if err != nil {
			return err
		}
		arrow, err := d.arrow(a)
		if err != nil {
			return err
		}
		d.Arrows = append(d.Arrows, arrow)
	}
	return nil
}

func (d *Picture) arrow(o object) (a Arrow, err error) {
	end := func(name string, to *int) {
		if err != nil {
			return
		}
		line := o.lineAt(name)
		var id string
		if id, err = o.id(name); err == nil {
			if *to = d.find(id); *to < 0 {
				err = fault(line, Bad, id)
			}
		}
	}
	end("from", &a.From)
	end("to", &a.To)
	if err == nil && a.From == a.To {
		err = fault(o.line, Bad, "to")
	}
	if err == nil {
		a.Label, err = o.text("label", longArrow, true)
	}
	if err == nil {
		a.Both, err = o.flag("both")
	}
	if err == nil {
		err = o.end()
	}
	return a, err
}
