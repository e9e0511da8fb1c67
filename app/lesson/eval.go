package lesson

import (
	"context"
	"errors"
	"strings"

	"github.com/distribution/reference"

	"escale/engine"
)

// Eval tells whether a check holds, and what made it so: what the first of its
// facts found that is not negated. An error says that something could not be
// looked at; the answer is then no.
func (c *Check) Eval(ctx context.Context, s *Scene) (Deed, bool, error) {
	e := &eval{ctx: ctx, Scene: s}
	deed, holds := e.expr(c.root)
	if e.err != nil {
		return Deed{}, false, e.err
	}
	return deed, holds, nil
}

// eval is one evaluation.
type eval struct {
	*Scene
	ctx context.Context //nolint:containedctx // one call's
	err error
}

func (e *eval) expr(x expr) (deed Deed, holds bool) {
	switch x := x.(type) {
	case all:
		for _, part := range x {
			d, ok := e.expr(part)
			if !ok {
				return Deed{}, false
			}
			if deed.ID == "" {
				deed = d
			}
			if deed.Hash == "" {
				deed.Hash = d.Hash // of a file, beside what it is in
			}
		}
		return deed, true
	case some:
		for _, part := range x {
			if d, ok := e.expr(part); ok {
				return d, true
			}
		}
		return Deed{}, false
	case negated:
		_, ok := e.expr(x.expr)
		return Deed{}, !ok
	case *Fact:
		return e.fact(x)
	}
	return Deed{}, false
}

// fact finds the first thing that meets all conditions.
func (e *eval) fact(f *Fact) (Deed, bool) {
	switch f.Kind {
	case OnContainer:
		for _, c := range e.Containers {
			if e.meets(f, func(cond Cond) bool { return e.container(c, cond) }) {
				return Deed{Kind: OnContainer, ID: c.ID}, true
			}
		}
	case OnImage:
		for _, i := range e.Images {
			for _, ref := range refsOf(i) {
				if e.meets(f, func(cond Cond) bool { return e.image(i, ref, cond) }) {
					return Deed{Kind: OnImage, ID: i.ID}, true
				}
			}
		}
	case OnVolume:
		for _, v := range e.Volumes {
			if e.meets(f, func(cond Cond) bool { return e.volume(v, cond) }) {
				return Deed{Kind: OnVolume, ID: v.Name}, true
			}
		}
	case OnNetwork:
		for _, n := range e.Networks {
			if e.meets(f, func(cond Cond) bool { return e.network(n, cond) }) {
				return Deed{Kind: OnNetwork, ID: n.ID}, true
			}
		}
	case OnFile:
		return e.file(f)
	case OnEvent:
		return e.event(f)
	}
	return Deed{}, false
}

func (e *eval) meets(f *Fact, cond func(Cond) bool) bool {
	for _, c := range f.Conds {
		if !cond(c) {
			return false
		}
	}
	return true
}

// missed notes that something could not be looked at. What is gone meanwhile is
// no trouble: it meets no condition.
func (e *eval) missed(err error) bool {
	if err != nil && !errors.Is(err, engine.ErrNotFound) && !errors.Is(err, engine.ErrInvalid) {
		e.err = errors.Join(e.err, err)
	}
	return err != nil
}

// mark is what was known at a moment.
func (e *eval) mark(since string) Mark {
	if since == string(SinceTask) {
		return e.Task
	}
	return e.Lesson
}

// is compares one of the values of a field. With a negative comparison none may
// be equal.
func (c Cond) is(values ...string) bool {
	for _, v := range values {
		var same bool
		switch c.Op {
		case Is, IsNot:
			same = v == c.Text
		default:
			same = match(c.Text, v)
		}
		if same {
			return c.Op == Is || c.Op == Like
		}
	}
	return c.Op == IsNot || c.Op == Unlike
}

// names compares the reference of an image: a condition without a tag means any.
func (c Cond) names(ref string) bool {
	if c.Op == Like || c.Op == Unlike {
		return c.is(ref)
	}
	return sameImage(c.Text, ref) == (c.Op == Is)
}

// sameImage tells whether ref is the image that wanted names.
func sameImage(wanted, ref string) bool {
	if wanted == ref {
		return true
	}
	a, err := reference.ParseNormalizedNamed(wanted)
	if err != nil {
		return false
	}
	b, err := reference.ParseNormalizedNamed(ref)
	if err != nil || a.Name() != b.Name() {
		return false
	}
	tagged, ok := a.(reference.Tagged)
	if !ok {
		return true
	}
	other, ok := b.(reference.Tagged)
	if !ok {
		return tagged.Tag() == "latest"
	}
	return tagged.Tag() == other.Tag()
}

// counts compares numbers; with several, one that holds is enough, but for !=.
func (c Cond) counts(values ...int64) bool {
	for _, v := range values {
		var holds bool
		switch c.Op {
		case Is, IsNot:
			holds = v == c.Number
		case Less:
			holds = v < c.Number
		case AtMost:
			holds = v <= c.Number
		case More:
			holds = v > c.Number
		case AtLeast:
			holds = v >= c.Number
		case Like, Unlike:
		}
		if holds {
			return c.Op != IsNot
		}
	}
	return c.Op == IsNot
}

func (c Cond) yes(value bool) bool { return (value == (c.Number == 1)) == (c.Op == Is) }

// match reports whether text is what a pattern stands for, in which "*" is any
// text. It takes at most as many steps as both are long, multiplied by the
// number of stars.
func match(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(text, first) {
		return false
	}
	text = text[len(first):]
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(text, part)
		if at < 0 {
			return false
		}
		text = text[at+len(part):]
	}
	return strings.HasSuffix(text, last)
}
