package helper

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	listTimeout  = 10 * time.Second
	maxListing   = 32 << 20
	listAgain    = 150 * time.Millisecond // an engine's list lags behind its events a little
	retryFailing = 5 * time.Second
	firstWait    = 100 * time.Millisecond
	longestWait  = 3 * time.Second
	keepIdle     = time.Minute // the connection that lists, so that the next list need not open one
)

// listed is what of a container in the engine's list is used.
type listed struct {
	Names []string
	Ports []struct {
		IP         string
		PublicPort int
		Type       string
	}
	Mounts []mounted
}

// mounted is what a container mounts.
type mounted struct{ Type, Source string }

// containers watches the engine's containers: which ports they publish, and how
// many run.
type containers struct {
	http *http.Client
	// report takes what was listed, and says whether to list again soon.
	report func(count int, ports map[place]string) (again bool)
	// follow takes the same list, for what the containers mount; may be nil.
	follow func([]listed)
	// notice takes what happens to containers, images and volumes.
	notice func(event)
}

// event is what of the engine's events is used.
type event struct{ Type, Action string }

// watched are the events that change what is published, or what is on the disk.
const watched = `{"type":["container","image","volume"],"event":["create","start","die","destroy","rename",` +
	`"pull","load","import","tag","untag","delete","prune"]}`

// changesPorts tells whether what is published may be other than before. Nothing
// else makes the helper list: a list that is under way for the sake of "create"
// would hold up the one of "start".
func (e event) changesPorts() bool {
	return e.Type == "container" && (e.Action == "start" || e.Action == "die" || e.Action == "rename")
}

func watchContainers(dial func(context.Context) (net.Conn, error), report func(int, map[place]string) bool, notice func(event)) *containers {
	transport := &http.Transport{
		DialContext:     func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
		IdleConnTimeout: keepIdle,
	}
	return &containers{http: &http.Client{Transport: transport}, report: report, notice: notice}
}

// run watches until ctx ends.
func (c *containers) run(ctx context.Context) {
	defer c.http.CloseIdleConnections()
	wait := firstWait
	for ctx.Err() == nil {
		began := time.Now()
		_ = c.subscribe(ctx) // the engine restarts: ask again
		if time.Since(began) > longestWait {
			wait = firstWait
		}
		if !pause(ctx, wait) {
			return
		}
		wait = min(2*wait, longestWait)
	}
}

// subscribe asks for events first and lists then, so that nothing is missed.
func (c *containers) subscribe(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	answer, err := c.get(ctx, "/events?filters="+url.QueryEscape(watched))
	if err != nil {
		cancel()
		return err
	}
	dirty := make(chan struct{}, 1)
	var lister sync.WaitGroup
	lister.Go(func() { c.list(ctx, dirty) })
	defer lister.Wait()
	defer cancel()
	defer answer.Body.Close() //nolint:errcheck // only read
	c.notice(event{})         // what happened before is not known
	dirty <- struct{}{}       // the first to be in it
	for decoder := json.NewDecoder(answer.Body); ; {
		var e event
		if err := decoder.Decode(&e); err != nil {
			return fmt.Errorf("read engine events: %w", err)
		}
		if e.changesPorts() {
			select {
			case dirty <- struct{}{}:
			default:
			}
		}
		c.notice(e)
	}
}

// list reports the containers when there may be news, and again a little later.
func (c *containers) list(ctx context.Context, dirty <-chan struct{}) {
	again := time.NewTimer(listAgain)
	defer again.Stop()
	for {
		wait := time.Duration(0)
		select {
		case <-ctx.Done():
			return
		case <-dirty:
			wait = listAgain
		case <-again.C:
		}
		all, err := c.listAll(ctx)
		if err == nil && c.follow != nil {
			c.follow(all)
		}
		if err != nil || c.report(len(all), places(all)) {
			wait = max(wait, retryFailing)
		}
		if wait > 0 {
			again.Reset(wait)
		}
	}
}

func (c *containers) listAll(ctx context.Context) ([]listed, error) {
	ctx, cancel := context.WithTimeout(ctx, listTimeout)
	defer cancel()
	answer, err := c.get(ctx, "/containers/json")
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	var all []listed
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxListing)).Decode(&all); err != nil {
		return nil, fmt.Errorf("list containers: %w", err)
	}
	return all, nil
}

func (c *containers) get(ctx context.Context, path string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://engine"+path, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("ask engine for %s: %w", path, err)
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask engine for %s: %w", path, err)
	}
	if answer.StatusCode != http.StatusOK {
		_ = answer.Body.Close()
		return nil, fmt.Errorf("ask engine for %s: status %d", path, answer.StatusCode)
	}
	return answer, nil
}

// places are the published ports of containers. Whatever the guest says, only
// what can be a port of this computer gets through.
func places(all []listed) map[place]string {
	out := make(map[place]string)
	for _, c := range all {
		name := ""
		if len(c.Names) > 0 {
			name = strings.TrimPrefix(c.Names[0], "/")
		}
		for _, p := range c.Ports {
			if p.PublicPort < 1 || p.PublicPort > 65535 || p.Type != "tcp" && p.Type != "udp" {
				continue
			}
			for _, ip := range published4and6(p.IP) {
				out[place{proto: p.Type, ip: ip, port: uint16(p.PublicPort)}] = name
			}
		}
	}
	return out
}

// published4and6 reads the address of a publication; none written means all.
func published4and6(text string) []netip.Addr {
	if text == "" {
		return []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
	}
	ip, err := netip.ParseAddr(text)
	if err != nil || ip.Zone() != "" {
		return nil
	}
	return []netip.Addr{ip.Unmap()}
}
