package discover

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"io"
	"slices"
	"strings"

	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"
	"golang.org/x/image/math/fixed"

	"escale/engine"
)

// Bounds of a picture of shapes. The library that reads it has none.
const (
	svgElements = 5000     // an icon has hundreds
	svgStyles   = 16 << 10 // bytes of style sheet, for every element is matched with all of it
	svgCopied   = 4 << 20  // bytes of file times uses of a definition
	svgLines    = 500_000  // lines that curves become: about a second of work
)

var errTooMuch = fmt.Errorf("%w: more than a logo needs", engine.ErrUnsupported)

// drawSVG draws a picture of shapes into a square. The library was not made for
// strangers' files: when it panics, there is no logo.
func drawSVG(file []byte) (logo image.Image, err error) {
	defer func() {
		if recovered := recover(); recovered != nil {
			logo, err = nil, fmt.Errorf("draw logo: %w: %v", engine.ErrUnsupported, recovered)
		}
	}()
	if err := modest(file); err != nil {
		return nil, fmt.Errorf("read logo: %w", err)
	}
	shapes, err := oksvg.ReadIconStream(bytes.NewReader(file), oksvg.IgnoreErrorMode)
	if err != nil {
		return nil, fmt.Errorf("read logo: %w", err)
	}
	box := shapes.ViewBox
	longest := max(box.W, box.H)
	if !(box.W > 0 && box.H > 0 && longest < 1e6) {
		return nil, fmt.Errorf("draw logo of %g by %g: %w", box.W, box.H, engine.ErrUnsupported)
	}
	for i := range shapes.SVGPaths {
		shapes.SVGPaths[i].Dash = nil // dashes can be shorter than anything that is seen, and endless
	}
	width, height := box.W*logoSide/longest, box.H*logoSide/longest
	shapes.SetTarget((logoSide-width)/2, (logoSide-height)/2, width, height)
	square := image.NewRGBA(image.Rect(0, 0, logoSide, logoSide))
	pen := &patient{Scanner: rasterx.NewScannerGV(logoSide, logoSide, square, square.Bounds()), left: svgLines}
	shapes.Draw(rasterx.NewDasher(logoSide, logoSide, pen), 1)
	if !slices.ContainsFunc(square.Pix, func(b uint8) bool { return b != 0 }) {
		return nil, fmt.Errorf("draw logo without shapes: %w", engine.ErrUnsupported)
	}
	return square, nil
}

// patient draws so many lines, and panics at the next.
type patient struct {
	rasterx.Scanner
	left int
}

// Line implements rasterx.Scanner.
func (p *patient) Line(to fixed.Point26_6) {
	if p.left--; p.left < 0 {
		panic(errTooMuch)
	}
	p.Scanner.Line(to)
}

// modest looks through a file for what would make the library work without an
// end: definitions that use themselves or each other, and floods.
func modest(file []byte) error {
	var count tally
	tokens := xml.NewDecoder(bytes.NewReader(file))
	tokens.CharsetReader = likeASCII
	for {
		token, err := tokens.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", engine.ErrUnsupported, err)
		}
		if !count.fine(token) || count.uses*len(file) > svgCopied {
			return errTooMuch
		}
	}
}

// tally counts what a file is made of.
type tally struct {
	elements, uses, styles int
	defining, styling      bool
}

// fine counts one token more, and reports whether that is not too much.
func (c *tally) fine(token xml.Token) bool {
	switch t := token.(type) {
	case xml.StartElement:
		c.elements++
		switch t.Name.Local {
		case "defs":
			c.defining = true
		case "style":
			c.styling = true
		case "use":
			c.uses++
			return !c.defining
		}
	case xml.EndElement:
		switch t.Name.Local {
		case "defs":
			c.defining = false
		case "style":
			c.styling = false
		}
	case xml.CharData:
		if c.styling {
			c.styles += len(t)
		}
	}
	return c.elements <= svgElements && c.styles <= svgStyles
}

// likeASCII lets through the encodings that write ASCII as ASCII does: the names
// of elements are the same in them.
func likeASCII(label string, from io.Reader) (io.Reader, error) {
	if slices.Contains([]string{"us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"}, strings.ToLower(label)) {
		return from, nil
	}
	return nil, fmt.Errorf("encoding %q: %w", label, engine.ErrUnsupported)
}
