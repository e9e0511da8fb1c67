package discover

import (
	"bytes"
	"fmt"
	"image"
	_ "image/gif"  // a format that logos come in
	_ "image/jpeg" // a format that logos come in
	_ "image/png"  // a format that logos come in

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // a format that logos come in

	"escale/engine"
)

const (
	logoSide   = 128     // pixels of a kept logo
	logoPixels = 4 << 20 // a bigger one is not decoded
	logoBytes  = 4 << 20 // nor a longer file
)

// decodeLogo turns an image file that a stranger made into a small picture.
func decodeLogo(file []byte) (image.Image, error) {
	if len(file) > logoBytes {
		return nil, fmt.Errorf("decode logo of %d bytes: %w", len(file), engine.ErrUnsupported)
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil && bytes.Contains(file, []byte("<svg")) {
		return drawSVG(file)
	}
	if err != nil {
		return nil, fmt.Errorf("decode logo: %w", err)
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > logoPixels/config.Height {
		return nil, fmt.Errorf("decode logo of %d by %d: %w", config.Width, config.Height, engine.ErrUnsupported)
	}
	full, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("decode logo: %w", err)
	}
	return fit(full), nil
}

// fit scales a picture into the middle of a square.
func fit(full image.Image) image.Image {
	size := full.Bounds().Size()
	longest := max(size.X, size.Y)
	width, height := max(1, size.X*logoSide/longest), max(1, size.Y*logoSide/longest)
	corner := image.Pt((logoSide-width)/2, (logoSide-height)/2)
	small := image.NewNRGBA(image.Rect(0, 0, logoSide, logoSide))
	draw.CatmullRom.Scale(small, image.Rectangle{Min: corner, Max: corner.Add(image.Pt(width, height))}, full, full.Bounds(), draw.Src, nil)
	return small
}
