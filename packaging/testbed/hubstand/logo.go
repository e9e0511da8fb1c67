package hubstand

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"math"
	"net/http"
	"net/url"
	"strings"
)

// logos are the repositories that have a picture, and its kind. The others have
// none, as most on the Hub.
var logos = map[string]string{
	"golang": "svg", "haproxy": "png", "influxdb": "svg", "neo4j": "png", "rust": "svg", "traefik": "png", "vault": "svg",
}

// logo redirects to the picture of a repository, as the Hub does.
func (s *Server) logo(w http.ResponseWriter, r *http.Request) {
	e, known := s.lookup(r, r.PathValue("name"))
	kind := logos[e.name]
	if !known || kind == "" {
		s.refuse(w, http.StatusNotFound, "logo not found")
		return
	}
	http.Redirect(w, r, "/media/"+url.PathEscape(e.name)+"."+kind, http.StatusFound)
}

func (s *Server) media(w http.ResponseWriter, r *http.Request) {
	name, kind, _ := strings.Cut(r.PathValue("file"), ".")
	shades := facets(name)
	switch kind {
	case "svg":
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><path d="M32 4 56 18 32 32 8 18Z" fill="%s"/>`+
			`<path d="M8 18 32 32V60L8 46Z" fill="%s"/><path d="M56 18 32 32V60L56 46Z" fill="%s"/></svg>`,
			cssColor(shades[0]), cssColor(shades[1]), cssColor(shades[2]))
	case "png":
		w.Header().Set("Content-Type", "image/png")
		var out bytes.Buffer
		if err := png.Encode(&out, ripples(shades)); err != nil {
			s.log.Error("draw logo", "error", err)
		}
		if _, err := w.Write(out.Bytes()); err != nil {
			s.log.Debug("send logo", "error", err)
		}
	default:
		s.refuse(w, http.StatusNotFound, "object not found")
	}
}

// facets are three shades of a colour that belongs to a name, the lightest first.
func facets(name string) [3]color.NRGBA {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(name))
	base := []color.NRGBA{
		{R: 31, G: 91, B: 208, A: 255},
		{R: 11, G: 120, B: 116, A: 255},
		{R: 108, G: 70, B: 190, A: 255},
		{R: 178, G: 50, B: 100, A: 255},
		{R: 190, G: 100, B: 20, A: 255},
	}[sum.Sum32()%5]
	mix := func(white float64) color.NRGBA {
		blend := func(c uint8) uint8 { return uint8(float64(c) + (255-float64(c))*white) }
		return color.NRGBA{R: blend(base.R), G: blend(base.G), B: blend(base.B), A: 255}
	}
	return [3]color.NRGBA{mix(0.55), mix(0.25), mix(0)}
}

func cssColor(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// ripples draws three discs in one another, with soft edges.
func ripples(shades [3]color.NRGBA) image.Image {
	const side, middle = 128, 63.5
	picture := image.NewNRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			away := math.Hypot(float64(x)-middle, float64(y)-middle)
			for i, radius := range []float64{60, 42, 24} {
				cover := min(max(radius-away+0.5, 0), 1)
				picture.SetNRGBA(x, y, over(shades[i], picture.NRGBAAt(x, y), cover))
			}
		}
	}
	return picture
}

// over lays a colour on another; cover is from 0 to 1.
func over(top, below color.NRGBA, cover float64) color.NRGBA {
	if below.A == 0 {
		top.A = uint8(255 * cover)
		return top
	}
	blend := func(a, b uint8) uint8 { return uint8(float64(a)*cover + float64(b)*(1-cover)) }
	return color.NRGBA{R: blend(top.R, below.R), G: blend(top.G, below.G), B: blend(top.B, below.B), A: max(below.A, uint8(255*cover))}
}
