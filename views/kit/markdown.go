package kit

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"escale/views/theme"
)

// Bounds of what Markdown shows: what goes beyond is left out.
const (
	markdownBytes  = 200 << 10
	markdownDepth  = 12
	markdownBlocks = 1500
	markdownSpans  = 8000
)

// Markdown shows text written by strangers: a bounded part of Markdown, without
// HTML and without images. Links to http and https addresses are given to
// onLink, all others are plain words.
func Markdown(source string, onLink func(url string)) fyne.CanvasObject {
	data := []byte(safeText(source, markdownBytes))
	parser := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough)).Parser()
	m := &markdown{source: data, onLink: onLink}
	blocks := m.blocks(parser.Parse(text.NewReader(data)), 0)
	return Col(theme.Space3, blocks...)
}

// safeText bounds a text and drops what could mislead a reader: control and
// format characters, such as those that turn the direction of writing.
func safeText(s string, most int) string {
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case r == unicode.ReplacementChar, unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
			return -1
		}
		return r
	}, s)
}

// webAddress returns an address that is safe to open, or nothing.
func webAddress(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return ""
	}
	return u.String()
}

// markdown turns one document into widgets.
type markdown struct {
	source []byte
	onLink func(string)
	count  int // blocks so far
	spans  int
}

var prose = theme.Style{Font: theme.Body.Font, Size: 15}

func (m *markdown) blocks(parent ast.Node, depth int) []fyne.CanvasObject {
	var objects []fyne.CanvasObject
	if depth > markdownDepth {
		return nil
	}
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if m.count++; m.count > markdownBlocks {
			break
		}
		if o := m.block(n, depth); o != nil {
			objects = append(objects, o)
		}
	}
	return objects
}

func (m *markdown) block(n ast.Node, depth int) fyne.CanvasObject {
	switch n := n.(type) {
	case *ast.Heading:
		style := [...]theme.Style{theme.Title, {Font: theme.Title.Font, Size: 18}, theme.Heading}[min(n.Level, 3)-1]
		if title := m.flow(n, style, theme.Ink); title != nil {
			return Inset(theme.Space2, 0, 0, 0, title)
		}
		return nil
	case *ast.Paragraph, *ast.TextBlock:
		return m.flow(n, prose, theme.Ink)
	case *ast.List:
		return m.list(n, depth)
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		return m.code(n)
	case *ast.Blockquote:
		return m.quote(n, depth)
	case *ast.ThematicBreak:
		return Divider()
	case *extast.Table:
		return m.table(n)
	}
	return nil // HTML, and what we do not know
}

// flow is a block of words; one without any is nothing.
func (m *markdown) flow(n ast.Node, style theme.Style, ink theme.Color) fyne.CanvasObject {
	w := &words{m: m, base: style}
	w.walk(n, inlineSpan{style: style, ink: ink}, 0)
	if len(w.spans) == 0 {
		return nil
	}
	return newInline(w.spans, style)
}

func (m *markdown) list(n *ast.List, depth int) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		if m.count++; m.count > markdownBlocks {
			break
		}
		mark := "•"
		if n.IsOrdered() {
			mark = strconv.Itoa(number) + "."
			number++
		}
		bullet := NewText(mark, prose, theme.InkFaint).AlignTrailing()
		rows = append(rows, Row(theme.Space2, Stretch(Fixed(22, 0, Col(0, Fixed(0, 22, bullet)))), Grow(Col(theme.Space1, m.blocks(item, depth+1)...))))
	}
	return Col(theme.Space1+2, rows...)
}

func (m *markdown) code(n ast.Node) fyne.CanvasObject {
	var b strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(m.source))
	}
	code := strings.TrimRight(strings.ReplaceAll(b.String(), "\t", "    "), "\n ")
	if code == "" {
		return nil
	}
	back := NewSurface(theme.Sunken, theme.RadiusBase).WithStroke(theme.Hairline)
	return container.NewStack(back, Inset(10, 12, 10, 12, NewParagraph(code, theme.MonoSmall, theme.Ink)))
}

func (m *markdown) quote(n ast.Node, depth int) fyne.CanvasObject {
	line := Stretch(Fixed(3, 1, NewSurface(theme.Outline, 1)))
	return Row(theme.Space3, line, Grow(Col(theme.Space2, m.blocks(n, depth+1)...)))
}

// table shows the rows of a table as equal columns; one that is too wide to
// read becomes lines of text.
func (m *markdown) table(n *extast.Table) fyne.CanvasObject {
	const columnsMost = 5
	var rows []fyne.CanvasObject
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		if m.count++; m.count > markdownBlocks {
			break
		}
		style := theme.Small
		if row.Kind() == extast.KindTableHeader {
			style = theme.SmallLabel
		}
		var cells []fyne.CanvasObject
		for cell := row.FirstChild(); cell != nil && len(cells) < columnsMost; cell = cell.NextSibling() {
			o := m.flow(cell, style, theme.Ink)
			if o == nil {
				o = Gap(80, 0)
			}
			cells = append(cells, GrowStretch(o))
		}
		rows = append(rows, Inset(6, 0, 6, 0, Row(theme.Space3, cells...)), Divider())
	}
	return Col(0, rows...)
}

// words collects the inline spans of a block.
type words struct {
	m     *markdown
	base  theme.Style
	spans []inlineSpan
}

func (w *words) walk(n ast.Node, look inlineSpan, depth int) {
	if depth > markdownDepth {
		return
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.node(c, look, depth)
	}
}

func (w *words) node(n ast.Node, look inlineSpan, depth int) {
	switch n := n.(type) {
	case *ast.Text:
		w.add(plainText(n.Segment.Value(w.m.source), n.IsRaw() || look.code), look)
		switch {
		case n.HardLineBreak():
			w.add("\n", look)
		case n.SoftLineBreak():
			w.add(" ", look)
		}
	case *ast.String:
		w.add(string(n.Value), look)
	case *ast.CodeSpan:
		look.style, look.code = theme.Style{Font: theme.Mono.Font, Size: w.base.Size - 2}, true
		w.walk(n, look, depth+1)
	case *ast.Emphasis:
		look.style.Font = either(n.Level > 1, theme.Strong.Font, theme.Label.Font)
		w.walk(n, look, depth+1)
	case *ast.Link:
		w.walk(n, w.linked(look, string(n.Destination)), depth+1)
	case *ast.AutoLink:
		address := string(n.URL(w.m.source))
		w.add(address, w.linked(look, address))
	case *ast.Image:
		look.ink = theme.InkFaint
		w.walk(n, look, depth+1)
	case *ast.RawHTML:
	default:
		w.walk(n, look, depth+1)
	}
}

// plainText resolves the escapes of Markdown and the entities of HTML.
func plainText(value []byte, raw bool) string {
	if raw {
		return string(value)
	}
	value = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
	return safeText(string(value), markdownBytes)
}

func (w *words) linked(look inlineSpan, address string) inlineSpan {
	if safe := webAddress(address); safe != "" && w.m.onLink != nil {
		look.ink, look.link = theme.Accent, func() { w.m.onLink(safe) }
	}
	return look
}

func (w *words) add(text string, look inlineSpan) {
	if w.m.spans++; w.m.spans > markdownSpans || text == "" {
		return
	}
	look.text = text
	w.spans = append(w.spans, look)
}
