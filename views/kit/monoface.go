package kit

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"sync"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	fix "golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"escale/views/theme"
)

// monoFonts are the parsed monospaced fonts: ours in two weights, and one with
// more letters for what ours lacks.
var monoFonts = sync.OnceValue(func() [3]*opentype.Font {
	spare := base.DefaultTheme().Font(fyne.TextStyle{Monospace: true})
	var fonts [3]*opentype.Font
	for i, file := range [][]byte{theme.MonoRegular(), theme.MonoBold(), spare.Content()} {
		if parsed, err := opentype.Parse(file); err == nil {
			fonts[i] = parsed
		}
	}
	return fonts
})

// monoFace draws monospaced letters of one size. It belongs to one goroutine.
type monoFace struct {
	cell   int // width of a letter in pixels
	ascent int // of the baseline in a line that is as high as the letters
	height int
	faces  [3]font.Face
	glyphs map[glyphKey]*glyph
}

type glyphKey struct {
	letter rune
	bold   bool
}

// glyph is how much ink each pixel of a letter has.
type glyph struct {
	mask image.Alpha
	x, y int // of the mask, from the start of the letter on the baseline
}

// newMonoFace returns a face whose letters are a whole number of pixels wide,
// so that columns are straight and each letter is drawn once.
func newMonoFace(pixels float64) *monoFace {
	const advance = 0.6 // of JetBrains Mono, in ems
	cell := max(4, int(math.Round(pixels*advance)))
	f := &monoFace{cell: cell, glyphs: map[glyphKey]*glyph{}}
	options := &opentype.FaceOptions{Size: float64(cell) / advance, DPI: 72, Hinting: font.HintingNone}
	for i, parsed := range monoFonts() {
		if parsed == nil {
			continue
		}
		if face, err := opentype.NewFace(parsed, options); err == nil {
			f.faces[i] = face
		}
	}
	if f.faces[0] != nil {
		m := f.faces[0].Metrics()
		f.ascent, f.height = m.Ascent.Round(), (m.Ascent + m.Descent).Round()
	}
	return f
}

// cells is how many columns a letter takes: none for a combining mark, two for
// a wide one.
func cells(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case norm.NFC.PropertiesString(string(r)).CCC() != 0:
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	case width.Neutral, width.EastAsianAmbiguous, width.EastAsianNarrow, width.EastAsianHalfwidth:
	}
	return 1
}

// glyph returns a letter, drawn once.
func (f *monoFace) glyph(r rune, bold bool) *glyph {
	key := glyphKey{r, bold}
	if g, ok := f.glyphs[key]; ok {
		return g
	}
	const most = 4000
	if len(f.glyphs) > most {
		clear(f.glyphs) // a log of random letters must not fill the memory
	}
	g := f.render(r, bold)
	f.glyphs[key] = g
	return g
}

func (f *monoFace) render(r rune, bold bool) *glyph {
	order := [3]int{0, 1, 2}
	if bold {
		order = [3]int{1, 0, 2}
	}
	fonts := monoFonts()
	for _, i := range order {
		if f.faces[i] == nil {
			continue
		}
		if index, err := fonts[i].GlyphIndex(nil, r); err != nil || index == 0 {
			continue
		}
		bounds, mask, at, _, ok := f.faces[i].Glyph(fix.Point26_6{}, r)
		if !ok {
			continue
		}
		g := &glyph{mask: *image.NewAlpha(image.Rect(0, 0, bounds.Dx(), bounds.Dy())), x: bounds.Min.X, y: bounds.Min.Y}
		draw.Draw(&g.mask, g.mask.Rect, mask, at, draw.Src)
		return g
	}
	return f.box(cells(r))
}

// box stands for a letter that no font has.
func (f *monoFace) box(columns int) *glyph {
	w, h := max(1, f.cell*columns-2), max(3, f.ascent-2)
	if columns == 0 {
		return &glyph{}
	}
	g := &glyph{mask: *image.NewAlpha(image.Rect(0, 0, w, h)), x: 1, y: -h}
	for x := range w {
		for y := range h {
			if x == 0 || y == 0 || x == w-1 || y == h-1 {
				g.mask.Pix[y*g.mask.Stride+x] = 0x60
			}
		}
	}
	return g
}

// blit lays a letter over an image in a colour; clip is in image pixels.
func (g *glyph) blit(img *image.RGBA, x, y int, ink color.NRGBA, clip image.Rectangle) {
	area := g.mask.Rect.Add(image.Pt(x+g.x, y+g.y)).Intersect(clip)
	for py := area.Min.Y; py < area.Max.Y; py++ {
		from := g.mask.PixOffset(area.Min.X-x-g.x, py-y-g.y)
		row := g.mask.Pix[from : from+area.Dx()]
		at := img.PixOffset(area.Min.X, py)
		for _, a := range row {
			if a != 0 {
				blend(img.Pix[at:at+4:at+4], ink, uint32(a))
			}
			at += 4
		}
	}
}

// blend lays ink over an opaque pixel.
func blend(pix []uint8, ink color.NRGBA, alpha uint32) {
	alpha = alpha * uint32(ink.A) / 0xFF
	pix[0] = mixed(ink.R, pix[0], alpha)
	pix[1] = mixed(ink.G, pix[1], alpha)
	pix[2] = mixed(ink.B, pix[2], alpha)
}

func mixed(over, under uint8, alpha uint32) uint8 {
	return uint8((uint32(over)*alpha + uint32(under)*(0xFF-alpha)) / 0xFF) //nolint:gosec // at most 0xFF
}

// fillRect lays a colour over a part of an image.
func fillRect(img *image.RGBA, area image.Rectangle, ink color.NRGBA) {
	area = area.Intersect(img.Rect)
	if area.Empty() {
		return
	}
	if ink.A != 0xFF {
		for y := area.Min.Y; y < area.Max.Y; y++ {
			at := img.PixOffset(area.Min.X, y)
			for range area.Dx() {
				blend(img.Pix[at:at+4:at+4], ink, 0xFF)
				at += 4
			}
		}
		return
	}
	first := img.Pix[img.PixOffset(area.Min.X, area.Min.Y):][: area.Dx()*4 : area.Dx()*4]
	for x := 0; x < len(first); x += 4 {
		first[x], first[x+1], first[x+2], first[x+3] = ink.R, ink.G, ink.B, 0xFF
	}
	for y := area.Min.Y + 1; y < area.Max.Y; y++ {
		copy(img.Pix[img.PixOffset(area.Min.X, y):], first)
	}
}
