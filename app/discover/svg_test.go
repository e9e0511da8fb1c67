package discover

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// svg wraps shapes.
func svg(shapes string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">` + shapes + `</svg>`
}

const svgDot = `<circle cx="50" cy="50" r="40" fill="#f00"/>`

var hostileShapes = map[string]string{
	"uses itself":    svg(svgDot + `<defs><g id="a"><use href="#a"/></g></defs><use href="#a"/>`),
	"use each other": svg(svgDot + `<defs><g id="a"><use xlink:href="#b"/></g><g id="b"><use xlink:href="#a"/></g></defs><use xlink:href="#a"/>`),
	"doubles": svg(`<defs><g id="a0">` + svgDot + `</g>` + strings.Join(func() (all []string) {
		for i := range 40 {
			all = append(all, fmt.Sprintf(`<g id="a%d"><use href="#a%d"/><use href="#a%d"/></g>`, i+1, i, i))
		}
		return all
	}(), "") + `</defs><use href="#a40"/>`),
	"many uses":    svg(`<defs><path id="a" d="M0 0` + strings.Repeat("l1 1", 50_000) + `"/></defs>` + strings.Repeat(`<use href="#a"/>`, 4000)),
	"many shapes":  svg(strings.Repeat(svgDot, 9000)),
	"wild curves":  svg(`<path stroke="#000" d="M0 0` + strings.Repeat("c9e7 9e7-9e7 9e7 1 9e6", 20_000) + `"/>`),
	"long style":   svg(`<defs><style>.a{` + strings.Repeat("fill:red;", 40_000) + `}</style></defs>` + strings.Repeat(`<rect class="a" width="9" height="9"/>`, 4000)),
	"UTF-16 or so": `<?xml version="1.0" encoding="utf-7"?>` + svg(svgDot),
	"cut":          svg(svgDot)[:150],
}

// No file makes the app work for long, or without an end.
func TestHostileShapes(t *testing.T) {
	for name, file := range hostileShapes {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			if logo, err := drawSVG([]byte(file)); err == nil {
				t.Errorf("drawn: %v", logo.Bounds())
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestShapesOfAllKinds(t *testing.T) {
	for name, file := range map[string]string{
		"plain":          svg(svgDot),
		"latin letters":  `<?xml version="1.0" encoding="ISO-8859-1"?>` + svg(svgDot),
		"uses a shape":   svg(`<defs><g id="a">` + svgDot + `</g></defs><use href="#a"/>`),
		"endless dashes": svg(`<path stroke="#000" stroke-width="3" stroke-dasharray="0.016" stroke-dashoffset="3e7" d="M-900 50L900 50"/>`),
		"far away":       svg(svgDot + `<path d="M-9e8-9e8L9e8 9e8 1e30 5z" stroke="#000" stroke-width="9e9"/>`),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			if _, err := drawSVG([]byte(file)); err != nil {
				t.Error(err)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func FuzzLogo(f *testing.F) {
	for _, file := range hostileShapes {
		f.Add([]byte(file[:min(len(file), 2000)]))
	}
	f.Add([]byte(svg(svgDot)))
	f.Fuzz(func(t *testing.T, file []byte) {
		start := time.Now()
		logo, err := decodeLogo(file)
		if err == nil && logo.Bounds().Dx() != logoSide {
			t.Errorf("%v wide", logo.Bounds())
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("took %v", took)
		}
	})
}
