package hubstand

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"strings"
)

// logo redirects to the picture of a repository, as the Hub does. Officials
// with a name of even length have an SVG, the others a PNG; the rest have none.
func (s *Server) logo(w http.ResponseWriter, r *http.Request) {
	e, known := s.lookup(r, r.PathValue("name"))
	if !known || !e.official {
		s.refuse(w, http.StatusNotFound, "logo not found")
		return
	}
	kind := "png"
	if len(e.name)%2 == 0 {
		kind = "svg"
	}
	http.Redirect(w, r, "/media/"+url.PathEscape(e.name)+"."+kind, http.StatusFound)
}

func (s *Server) media(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(name))
	hue := sum.Sum32()
	shade := color.NRGBA{R: uint8(60 + hue%150), G: uint8(60 + hue>>8%150), B: uint8(60 + hue>>16%150), A: 255}
	switch {
	case strings.HasSuffix(name, ".svg"):
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#%02x%02x%02x"/>`+
			`<circle cx="32" cy="32" r="16" fill="#ffffff"/></svg>`, shade.R, shade.G, shade.B)
	case strings.HasSuffix(name, ".png"):
		w.Header().Set("Content-Type", "image/png")
		var out bytes.Buffer
		if err := png.Encode(&out, disc(shade)); err != nil {
			s.log.Error("draw logo", "error", err)
		}
		if _, err := w.Write(out.Bytes()); err != nil {
			s.log.Debug("send logo", "error", err)
		}
	default:
		s.refuse(w, http.StatusNotFound, "object not found")
	}
}

// disc draws a white disc on a coloured square.
func disc(shade color.NRGBA) image.Image {
	const side = 64
	picture := image.NewNRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			dx, dy := x-side/2, y-side/2
			if dx*dx+dy*dy < 16*16 {
				picture.SetNRGBA(x, y, color.NRGBA{R: 255, G: 255, B: 255, A: 255})
				continue
			}
			picture.SetNRGBA(x, y, shade)
		}
	}
	return picture
}
