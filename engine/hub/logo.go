package hub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"net/http"
	"net/url"
	"time"
	"unicode/utf8"

	"escale/engine"
)

// The media types of logos.
const (
	MediaPNG = "image/png"
	MediaSVG = "image/svg+xml"
)

// picture is a logo; without data it says that there is none.
type picture struct {
	data  []byte
	media string
}

// Logo reads a repository's logo, a PNG or an SVG of at most 512 KiB.
// engine.ErrNotFound when it has none. Both answers are kept on disk.
func (c *Client) Logo(ctx context.Context, name string) (data []byte, mediaType string, err error) {
	full, err := FullName(name)
	if err != nil {
		return nil, "", fmt.Errorf("read logo: %w", err)
	}
	found, err := ask(ctx, c, "logo/"+full, 10*time.Minute, func(ctx context.Context) (picture, error) {
		if kept, ok := c.logos.get(full); ok {
			return kept, nil
		}
		got, err := c.askLogo(ctx, full)
		if err == nil {
			c.logos.put(full, got)
		}
		return got, err
	})
	if err == nil && found.data == nil {
		err = engine.ErrNotFound
	}
	if err != nil {
		return nil, "", fmt.Errorf("read logo of %s: %w", full, err)
	}
	return found.data, found.media, nil
}

func (c *Client) askLogo(ctx context.Context, full string) (picture, error) {
	got, err := c.do(ctx, http.MethodGet, c.base+"/api/media/repos_logo/v1/"+url.PathEscape(full)+"?type=logo", "", maxLogo)
	if err != nil {
		return picture{}, err
	}
	err = statusError(got.Response, time.Now())
	if errors.Is(err, engine.ErrNotFound) {
		return picture{}, nil
	}
	if err != nil {
		return picture{}, err
	}
	media := mediaType(got.body)
	if media == "" {
		return picture{}, fmt.Errorf("%w: neither PNG nor SVG", engine.ErrInvalid)
	}
	return picture{got.body, media}, nil
}

// mediaType tells what data is by looking at it; empty when it is not fit to
// be shown.
func mediaType(data []byte) string {
	const maxSide, head = 2048, 4096
	if bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")) {
		config, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil || config.Width > maxSide || config.Height > maxSide {
			return ""
		}
		return MediaPNG
	}
	start := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	isSVG := bytes.HasPrefix(start, []byte("<")) && bytes.Contains(start[:min(len(start), head)], []byte("<svg"))
	if !isSVG || !utf8.Valid(data) || bytes.Contains(data, []byte("<!ENTITY")) {
		return ""
	}
	return MediaSVG
}
