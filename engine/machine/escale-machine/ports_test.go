//go:build machine

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"escale/engine/machine"
)

// The measurement of published ports. On a computer with virtualization a port
// should be there within 200 ms. Under software emulation, beside other work, the
// guest is starting a container while it answers: ten lists of the engine, as slow as
// the slowest that the test itself asks for, are allowed on top.
const (
	portRounds  = 10
	portWorst   = time.Second
	portAnswers = 10
)

// TestPortTimes measures how long after a container's start its ports are on this
// computer, and how long they outlive it: TCP and UDP, IPv4 and IPv6.
func TestPortTimes(t *testing.T) {
	r := newRig(t)
	r.do("start", "--memory", "512")
	d := dockerAt(t, r.home.Docker(machine.DefaultName))
	d.importImage()
	events := d.events()
	appear, answered, vanish := map[string][]time.Duration{}, []time.Duration{}, map[string][]time.Duration{}
	var lists []time.Duration
	for range portRounds {
		ports := ports4(t)
		id := d.create("web", bindings4(ports), "serve")
		said := make(chan time.Time, 1)
		go func() {
			if d.ask(http.MethodPost, "/containers/"+id+"/start", http.NoBody, nil) == nil {
				said <- time.Now()
			}
			close(said)
		}()
		began := events.wait("start")
		last := began
		for what, at := range r.when(t, ports, true) {
			appear[what] = append(appear[what], at.Sub(began))
			if at.After(last) {
				last = at
			}
		}
		answer, ok := <-said
		if !ok {
			t.Fatal("the container did not start")
		}
		answered = append(answered, max(last.Sub(answer), 0))
		asked := time.Now()
		d.must(http.MethodGet, "/containers/json", nil, nil)
		lists = append(lists, time.Since(asked))
		d.must(http.MethodPost, "/containers/"+id+"/kill", nil, nil)
		ended := events.wait("die")
		for what, at := range r.when(t, ports, false) {
			vanish[what] = append(vanish[what], at.Sub(ended))
		}
		d.must(http.MethodDelete, "/containers/"+id+"?force=1", nil, nil)
		t.Logf("there after %s, gone after %s; a list takes %s", newest(appear), newest(vanish), lists[len(lists)-1].Round(time.Millisecond))
	}
	worst := portWorst + portAnswers*slices.Max(lists)
	judge(t, "one list of the engine's", lists, worst)
	for _, what := range slices.Sorted(maps.Keys(appear)) {
		judge(t, what+" is there, after the start", appear[what], worst)
		judge(t, what+" is gone, after the end", vanish[what], worst)
	}
	judge(t, "all are there, after the answer to the start", answered, worst)
	r.do("stop")
}

// newest is what took longest in the last round.
func newest(all map[string][]time.Duration) (most time.Duration) {
	for _, took := range all {
		most = max(most, took[len(took)-1])
	}
	return most.Round(time.Millisecond)
}

// judge says the median and the worst, and fails where that is too much.
func judge(t *testing.T, what string, took []time.Duration, most time.Duration) {
	t.Helper()
	slices.Sort(took)
	median, worst := took[len(took)/2], took[len(took)-1]
	t.Logf("%-50s median %4d ms, worst %4d ms of %d", what, median.Milliseconds(), worst.Milliseconds(), len(took))
	if worst > most {
		t.Errorf("%s: %s at worst, want %s", what, worst, most)
	}
}

// ports4 are free ports for each kind of publication.
func ports4(t *testing.T) map[string]string {
	at := func(ip string) string { return net.JoinHostPort(ip, strconv.Itoa(freePort(t))) }
	return map[string]string{"tcp4": at("127.0.0.1"), "tcp6": at("::1"), "udp4": at("127.0.0.1"), "udp6": at("::1")}
}

func bindings4(ports map[string]string) map[string]any {
	all := map[string][]map[string]string{}
	for what, address := range ports {
		ip, port, _ := net.SplitHostPort(address)
		inside := "80/" + what[:3]
		all[inside] = append(all[inside], map[string]string{"HostIp": ip, "HostPort": port})
	}
	return map[string]any{"PortBindings": all}
}

// when waits until each of the ports is there, or gone, and says when it was.
func (r *rig) when(t *testing.T, ports map[string]string, there bool) map[string]time.Time {
	t.Helper()
	at := make(map[string]time.Time)
	r.until(fmt.Sprintf("%v: there is %v", ports, there), 30*time.Second, func() bool {
		for what, address := range ports {
			if _, known := at[what]; !known && isThere(t, what, address) == there {
				at[what] = time.Now()
			}
		}
		return len(at) == len(ports)
	})
	return at
}

// isThere tells whether this computer has a port: by a connection, or, as a
// datagram tells nothing, by the kernel's list of sockets.
func isThere(t *testing.T, network, address string) bool {
	if strings.HasPrefix(network, "tcp") {
		conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), network, address)
		if err != nil {
			return false
		}
		return conn.Close() == nil
	}
	list, err := os.ReadFile("/proc/net/" + strings.TrimSuffix(network, "4"))
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(address)
	number, _ := strconv.Atoi(port)
	return bytes.Contains(list, fmt.Appendf(nil, ":%04X ", number))
}

// happenings are the engine's events of containers, and when they were heard.
type happenings struct {
	t    *testing.T
	news chan happening
}

type happening struct {
	action string
	at     time.Time
}

// events listens to the engine until the test ends.
func (d *docker) events() *happenings {
	d.t.Helper()
	h := &happenings{t: d.t, news: make(chan happening, 100)}
	ctx, cancel := context.WithCancel(context.Background())
	target := "http://engine/events?filters=" + url.QueryEscape(`{"type":["container"]}`)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody)
	if err != nil {
		d.t.Fatal(err)
	}
	answer, err := d.http.Do(request)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { cancel(); _ = answer.Body.Close() })
	go func() {
		defer close(h.news)
		for from := json.NewDecoder(answer.Body); ; {
			var e struct{ Action string }
			if from.Decode(&e) != nil {
				return
			}
			h.news <- happening{e.Action, time.Now()}
		}
	}()
	return h
}

// wait returns when an event was heard that has not been waited for.
func (h *happenings) wait(action string) time.Time {
	h.t.Helper()
	late := time.After(time.Minute)
	for {
		select {
		case one, ok := <-h.news:
			if !ok {
				h.t.Fatal("the engine tells of nothing any more")
			}
			if one.action == action {
				return one.at
			}
		case <-late:
			h.t.Fatalf("no event %q", action)
		}
	}
}
