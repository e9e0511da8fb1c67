package hub

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"escale/engine"
)

// Quota is how many images may be pulled in a while.
type Quota struct {
	Unlimited bool
	Limit     int
	Remaining int           // -1 when the registry does not say
	Window    time.Duration // 0 when the registry does not say
	Source    string        // whose quota it is: an address, or a user
}

// The repository that exists to ask about the quota; a HEAD does not count as a
// pull.
const quotaRepository = "ratelimitpreview/test"

// PullQuota asks the registry how many pulls are left to this computer.
func (c *Client) PullQuota(ctx context.Context) (Quota, error) {
	quota, err := ask(ctx, c, "quota", 30*time.Second, c.askQuota)
	if err != nil {
		return Quota{}, fmt.Errorf("read pull quota: %w", err)
	}
	return quota, nil
}

func (c *Client) askQuota(ctx context.Context) (Quota, error) {
	token, err := c.anonymousToken(ctx)
	if err != nil {
		return Quota{}, err
	}
	got, err := c.do(ctx, http.MethodHead, c.registry+"/v2/"+quotaRepository+"/manifests/latest", token, maxJSON)
	if err != nil {
		return Quota{}, err
	}
	quota := quotaOf(got.Header)
	err = statusError(got.Response, time.Now())
	switch {
	case err == nil, errors.Is(err, engine.ErrNotFound), errors.Is(err, engine.ErrRateLimited) && !quota.Unlimited:
		return quota, nil // a registry of one's own need not have that repository
	}
	return Quota{}, err
}

// anonymousToken asks for leave to read the quota; registries without an
// authority want none.
func (c *Client) anonymousToken(ctx context.Context) (string, error) {
	if c.auth == "" {
		return "", nil
	}
	query := url.Values{"service": {"registry.docker.io"}, "scope": {"repository:" + quotaRepository + ":pull"}}
	got, err := c.do(ctx, http.MethodGet, c.auth+"/token?"+query.Encode(), "", maxJSON)
	if err != nil {
		return "", err
	}
	if err := statusError(got.Response, time.Now()); err != nil {
		return "", err
	}
	var reply struct {
		Token       string `json:"token"`
		AccessToken string `json:"access_token"`
	}
	if err := decode(got.body, &reply); err != nil {
		return "", err
	}
	if reply.Token == "" {
		reply.Token = reply.AccessToken
	}
	return reply.Token, nil
}

// quotaOf reads the headers of a manifest. Without them there is no quota.
func quotaOf(header http.Header) Quota {
	limit, window, ok := parseQuota(header.Get("ratelimit-limit"))
	if !ok {
		return Quota{Unlimited: true, Remaining: -1}
	}
	remaining, _, ok := parseQuota(header.Get("ratelimit-remaining"))
	if !ok {
		remaining = -1
	}
	return Quota{Limit: limit, Remaining: remaining, Window: window, Source: line(header.Get("docker-ratelimit-source"), 100)}
}

// parseQuota reads "100;w=21600": a number, and seconds.
func parseQuota(text string) (n int, window time.Duration, ok bool) {
	const month = 31 * 24 * 60 * 60
	number, rest, _ := strings.Cut(text, ";")
	n, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil || n < 0 {
		return 0, 0, false
	}
	for parameter := range strings.SplitSeq(rest, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		seconds, err := strconv.Atoi(value)
		if strings.EqualFold(name, "w") && err == nil && seconds > 0 && seconds <= month {
			window = time.Duration(seconds) * time.Second
		}
	}
	return n, window, true
}
