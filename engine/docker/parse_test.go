package docker

import (
	"errors"
	"io"
	"math"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"escale/engine"
)

func TestFamiliarNames(t *testing.T) {
	id := strings.Repeat("ab", 32)
	for ref, want := range map[string]string{
		"docker.io/library/nginx:1.29": "nginx:1.29",
		"nginx":                        "nginx:latest",
		"docker.io/bitnami/redis":      "bitnami/redis:latest",
		"127.0.0.1:5000/library/x:1":   "127.0.0.1:5000/library/x:1",
		"localhost/mine:v1":            "localhost/mine:v1",
		"sha256:" + id:                 "sha256:" + id,
		id:                             id,
		"NOT a reference":              "NOT a reference",
		"":                             "",
	} {
		if got := familiar(ref); got != want {
			t.Errorf("familiar(%q) = %q, want %q", ref, got, want)
		}
	}
	if got := imageName("abababababab", "sha256:"+id); got != "abababababab" {
		t.Errorf("shortened ID became %q", got)
	}
}

func TestHitsCanBePulled(t *testing.T) {
	for _, tc := range []struct{ name, term, want string }{
		{"nginx", "nginx", "nginx"},
		{"bitnami/nginx", "bitnami/nginx", "bitnami/nginx"},
		{"docker.io/library/nginx", "nginx", "nginx"},                     // Podman
		{"nginx", "registry.test:5000/nginx", "registry.test:5000/nginx"}, // Docker
		{"registry.test:5000/nginx", "registry.test:5000/nginx", "registry.test:5000/nginx"},
		{"nginx", "docker.io/nginx", "nginx"},
		{"mine", "localhost/mine", "localhost/mine"},
	} {
		if got := hitName(tc.name, tc.term); got != tc.want {
			t.Errorf("hit %q for %q is %q, want %q", tc.name, tc.term, got, tc.want)
		}
	}
}

func TestStatus(t *testing.T) {
	for status, want := range map[string]struct {
		code   int
		health string
	}{
		"Exited (3) 2 seconds ago":       {3, ""},
		"Exited (137) 5 weeks ago":       {137, ""},
		"Exited (-1) 5 weeks ago":        {-1, ""},
		"Restarting (1) 3 seconds ago":   {1, ""},
		"Up 2 minutes (healthy)":         {-1, "healthy"},
		"Up 2 minutes (unhealthy)":       {-1, "unhealthy"},
		"Up 1 second (health: starting)": {-1, "starting"},
		"Created":                        {-1, ""},
		"Exited (99999999999999) ago":    {-1, ""},
		"":                               {-1, ""},
	} {
		if code, h := exitCode(status), health(status); code != want.code || h != want.health {
			t.Errorf("%q: %d, %q", status, code, h)
		}
	}
}

func TestPortsAreTidied(t *testing.T) {
	got := listPorts([]container.Port{
		{IP: "::", PrivatePort: 80, PublicPort: 8080, Type: "tcp"},
		{IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp"},
		{PrivatePort: 80, Type: "tcp"},
		{PrivatePort: 443, Type: "tcp"},
		{IP: "127.0.0.1", PrivatePort: 53, PublicPort: 53, Type: "udp"},
	})
	want := []engine.Port{
		{Container: 53, Protocol: "udp", Host: 53, HostIP: netip.MustParseAddr("127.0.0.1")},
		{Container: 80, Protocol: "tcp", Host: 8080, HostIP: netip.IPv4Unspecified()},
		{Container: 443, Protocol: "tcp"},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Error(diff)
	}
}

func TestPodmanEvents(t *testing.T) {
	for name, tc := range map[string]struct {
		in   events.Message
		want string
	}{
		"died":          {events.Message{Type: "container", Action: "died"}, "die"},
		"remove":        {events.Message{Type: "container", Action: "remove"}, "destroy"},
		"image removed": {events.Message{Type: "image", Action: "remove"}, "delete"},
		"oom":           {events.Message{Type: "container", Action: "oom"}, "oom"},
		"exec_died":     {events.Message{Type: "container", Action: "exec_died"}, ""},
		"exec_start":    {events.Message{Type: "container", Action: "exec_start: sh -c true"}, ""},
		"init":          {events.Message{Type: "container", Action: "init"}, ""},
		"pod":           {events.Message{Type: "pod", Action: "start"}, ""},
		"refresh":       {events.Message{Type: "system", Action: "refresh"}, ""},
	} {
		if e, ok := translate(tc.in); ok != (tc.want != "") || e.Action != tc.want && ok {
			t.Errorf("%s: %+v, %v", name, e, ok)
		}
	}
}

func TestEventStreamBreaks(t *testing.T) {
	const event = `{"Type":"container","Action":"start","Actor":{"ID":"a1","Attributes":{"name":"web"}},"timeNano":1767323045000000006}` + "\n"
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		kind   error
	}{
		"ends":    {text(event), engine.ErrUnreachable},
		"cut":     {cut(event), engine.ErrUnreachable},
		"garbage": {text(event + "}\n"), engine.ErrNotEngine},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := connected(t, routes{"GET /events": tc.answer}).Watch(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			want := []engine.Event{{Kind: engine.KindContainer, ID: "a1", Action: "start", At: atTime, Attributes: map[string]string{"name": "web"}}}
			if diff := cmp.Diff(want, all(s)); diff != "" {
				t.Error(diff)
			}
			if !errors.Is(s.Err(), tc.kind) {
				t.Errorf("%v; want %v", s.Err(), tc.kind)
			}
		})
	}
	_, err := connected(t, routes{"GET /events": status(500, `{"message":"no"}`)}).Watch(t.Context())
	if !errors.Is(err, engine.ErrServer) {
		t.Errorf("refused: %v", err)
	}
}

// sample is an answer of the stats call, second seconds in.
func sample(second int, used, system uint64, memory container.MemoryStats) container.StatsResponse {
	s := container.StatsResponse{Read: atTime.Add(time.Duration(second) * time.Second), MemoryStats: memory}
	s.CPUStats.CPUUsage.TotalUsage, s.CPUStats.SystemUsage, s.CPUStats.OnlineCPUs = used, system, 2
	return s
}

func TestCPUAndMemory(t *testing.T) {
	var m meter
	take := func(s container.StatsResponse) engine.Sample {
		out := m.sample(s)
		m.last = s
		return out
	}
	v1 := container.MemoryStats{Usage: 100, Stats: map[string]uint64{"total_inactive_file": 40, "inactive_file": 10}}
	v2 := container.MemoryStats{Usage: 100, Stats: map[string]uint64{"inactive_file": 30}}
	first := take(sample(0, 5e9, 100e9, v1))
	if first.CPUPercent != 0 || first.MemoryBytes != 60 {
		t.Errorf("first: %+v", first)
	}
	if s := take(sample(1, 6e9, 102e9, v2)); math.Abs(s.CPUPercent-100) > 0.01 || s.MemoryBytes != 70 {
		t.Errorf("one core: %+v", s)
	}
	if s := take(sample(2, 8e9, 102e9+1000, v2)); math.Abs(s.CPUPercent-200) > 0.01 {
		t.Errorf("without a measure of the machine: %+v", s)
	}
	if s := take(sample(3, 1e9, 104e9, container.MemoryStats{Usage: 7})); s.CPUPercent != 0 || s.MemoryBytes != 7 {
		t.Errorf("counter went back: %+v", s)
	}
}

func TestStatsOfAStoppedContainer(t *testing.T) {
	e := connected(t, routes{"GET /containers/a1/stats": func(w http.ResponseWriter, q *http.Request) {
		_, _ = io.WriteString(w, `{"read":"2026-01-02T03:04:05Z"}`+"\n"+`{"read":"0001-01-01T00:00:00Z"}`+"\n")
		_ = http.NewResponseController(w).Flush()
		<-q.Context().Done()
	}})
	s, err := e.Stats(t.Context(), "a1")
	if err != nil {
		t.Fatal(err)
	}
	if got := all(s); len(got) != 1 || s.Err() != nil {
		t.Errorf("%v, %v", got, s.Err())
	}
}

func TestHostileInspect(t *testing.T) {
	for _, body := range []string{`{}`, `{"Id":"a1"}`, `{"State":null,"Config":null,"HostConfig":null,"NetworkSettings":null}`, `null`} {
		e := connected(t, routes{"GET /containers/a1/json": text(body), "GET /images/a1/json": text(body)})
		if _, err := e.InspectContainer(t.Context(), "a1"); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func FuzzReference(f *testing.F) {
	for _, ref := range []string{"nginx", "docker.io/library/nginx:1", "a@sha256:" + strings.Repeat("0", 64), "::", "é", "sha256:"} {
		f.Add(ref)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		once := familiar(ref)
		if again := familiar(once); again != once {
			t.Errorf("%q became %q, then %q", ref, once, again)
		}
		_ = imageName(ref, "sha256:"+strings.Repeat("0", 64))
		_ = tags([]string{ref})
		_ = digests([]string{ref})
	})
}

func FuzzStatus(f *testing.F) {
	f.Add("Exited (3) 2 seconds ago")
	f.Add("Up (healthy)")
	f.Add(")(")
	f.Fuzz(func(t *testing.T, status string) {
		if code := exitCode(status); int(int32(code)) != code {
			t.Errorf("%q: %d", status, code)
		}
		_ = health(status)
	})
}
