package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"escale/engine"
)

// Bounds of what is read from the Hub.
const (
	maxJSON = 4 << 20
	maxLogo = 512 << 10
)

var errDowngrade = errors.New("redirect leaves https")

// checkRedirect follows a few redirects, never from https to plain http.
func checkRedirect(request *http.Request, via []*http.Request) error {
	if len(via) >= 5 {
		return errors.New("too many redirects")
	}
	if via[0].URL.Scheme == "https" && request.URL.Scheme != "https" {
		return errDowngrade
	}
	return nil
}

// reply is a bounded reply of any status.
type reply struct {
	*http.Response
	body []byte
}

// do sends one request and reads at most limit bytes.
func (c *Client) do(ctx context.Context, method, url, token string, limit int64) (reply, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, http.NoBody)
	if err != nil {
		return reply{}, fmt.Errorf("%w: %w", engine.ErrInvalid, err)
	}
	request.Header.Set("User-Agent", c.agent)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return reply{}, transportError(ctx, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err != nil {
		return reply{}, transportError(ctx, err)
	}
	if int64(len(body)) > limit {
		return reply{}, fmt.Errorf("%w: reply is longer than %d bytes", engine.ErrInvalid, limit)
	}
	return reply{response, body}, nil
}

// json gets a JSON object from the web API.
func (c *Client) json(ctx context.Context, path, query string, into any) error {
	url := c.base + path
	if query != "" {
		url += "?" + query
	}
	got, err := c.do(ctx, http.MethodGet, url, "", maxJSON)
	if err != nil {
		return err
	}
	if err := statusError(got.Response, time.Now()); err != nil {
		return err
	}
	return decode(got.body, into)
}

func decode(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%w: reply cannot be read: %w", engine.ErrInvalid, err)
	}
	return nil
}

// ask answers from memory while the answer is young. Else it asks once for all
// who want the same at the same time.
func ask[T any](ctx context.Context, c *Client, key string, keep time.Duration, question func(context.Context) (T, error)) (T, error) {
	if value, ok := c.cache.get(key); ok {
		if known, ok := value.(T); ok {
			return known, nil
		}
	}
	value, err := c.flights.do(ctx, key, c.wait, func(ctx context.Context) (any, error) {
		answer, err := question(ctx)
		if err == nil {
			c.cache.put(key, answer, keep)
		}
		return answer, err
	})
	if err != nil {
		var none T
		return none, err
	}
	return value.(T), nil //nolint:forcetypeassert // a key belongs to one type
}
