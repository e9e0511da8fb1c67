package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"golang.org/x/image/draw"
)

const iconSource = "packaging/icon.png"

// hicolor are the sizes of Linux's icon theme, in pixels.
var hicolor = []int{16, 24, 32, 48, 64, 128, 256, 512}

// icons scales the app's icon, which is large, to smaller squares.
func icons(file string, sizes []int) (map[int][]byte, error) {
	in, err := os.Open(file) //nolint:gosec // the tree's own
	if err != nil {
		return nil, fmt.Errorf("read icon: %w", err)
	}
	defer in.Close() //nolint:errcheck // only read
	whole, err := png.Decode(in)
	if err != nil {
		return nil, fmt.Errorf("read icon: %w", err)
	}
	all := make(map[int][]byte)
	for _, size := range sizes {
		if b := whole.Bounds(); b.Dx() != b.Dy() || b.Dx() < size {
			return nil, fmt.Errorf("the icon has %d×%d pixels: %d is wanted", b.Dx(), b.Dy(), size)
		}
		small := image.NewNRGBA(image.Rect(0, 0, size, size))
		draw.CatmullRom.Scale(small, small.Bounds(), whole, whole.Bounds(), draw.Src, nil)
		var out bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, small); err != nil {
			return nil, fmt.Errorf("write icon of %d pixels: %w", size, err)
		}
		all[size] = out.Bytes()
	}
	return all, nil
}

// icnsKinds are the names that macOS's icon files have for PNGs, by pixels; some
// sizes serve a second time, for screens with twice the pixels.
//
// Source: https://en.wikipedia.org/wiki/Apple_Icon_Image_format
var icnsKinds = []struct {
	name string
	size int
}{{"icp4", 16}, {"icp5", 32}, {"ic11", 32}, {"ic12", 64}, {"ic07", 128}, {"ic08", 256}, {"ic13", 256}, {"ic09", 512}, {"ic14", 512}}

// icns is an icon file of macOS.
func icns(file string) ([]byte, error) {
	all, err := icons(file, []int{16, 32, 64, 128, 256, 512})
	if err != nil {
		return nil, err
	}
	const header = 8
	var body bytes.Buffer
	for _, k := range icnsKinds {
		body.WriteString(k.name)
		_ = binary.Write(&body, binary.BigEndian, uint32(header+len(all[k.size]))) //nolint:gosec // some kilobytes; a buffer takes all
		body.Write(all[k.size])
	}
	out := binary.BigEndian.AppendUint32([]byte("icns"), uint32(header+body.Len())) //nolint:gosec // the same
	return append(out, body.Bytes()...), nil
}

// layIcons writes the icon theme's files below a folder.
func layIcons(dir, name string) error {
	all, err := icons(iconSource, hicolor)
	if err != nil {
		return err
	}
	for size, content := range all {
		if err := writeFile(filepath.Join(dir, fmt.Sprintf("%dx%d", size, size), "apps", name+".png"), content); err != nil {
			return err
		}
	}
	return copyFile("assets/icons/logo.svg", filepath.Join(dir, "scalable", "apps", name+".svg"))
}
