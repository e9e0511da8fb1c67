package compare

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"escale/engine/page"
)

func whole() Result {
	f := Figures{FirstByte: time.Second, MemoryBytes: 1}
	return Result{At: time.Unix(1e9, 0), Rounds: []Round{{Container: f, Machine: f}, {Container: f, Machine: f}, {Container: f, Machine: f}}}
}

// TestDamagedBook: what somebody changed is not shown as measured.
func TestDamagedBook(t *testing.T) {
	good, err := json.Marshal(bookPage{Format: 1, Owner: "0123456789abcdef", Last: new(whole())})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"good":        string(good),
		"cut":         string(good[:len(good)/2]),
		"other":       strings.Replace(string(good), `"format":1`, `"format":2`, 1),
		"owner":       strings.Replace(string(good), "0123456789abcdef", "../../x", 1),
		"unknown":     strings.Replace(string(good), `"format":1`, `"format":1,"more":1`, 1),
		"no time":     strings.Replace(string(good), `"firstByteNanos":1000000000`, `"firstByteNanos":0`, 1),
		"negative":    strings.Replace(string(good), `"memoryBytes":1`, `"memoryBytes":-1`, 1),
		"few rounds":  `{"format":1,"owner":"","last":{"at":"2020-01-01T00:00:00Z","rounds":[]}}`,
		"much":        string(good) + strings.Repeat(" ", longestBook),
		"long system": strings.Replace(string(good), `"system":""`, `"system":"`+strings.Repeat("x", 1001)+`"`, 1),
	} {
		path := filepath.Join(t.TempDir(), "compare.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := openBook(path)
		if (err == nil) != (name == "good") || (b.last() != nil) != (name == "good") || (b.owner() != "") != (name == "good") {
			t.Errorf("%s: %v, %v, %q", name, err, b.last(), b.owner())
		}
	}
}

func FuzzReadPage(f *testing.F) {
	good, err := json.Marshal(bookPage{Format: 1, Owner: "0123456789abcdef", Last: new(whole())})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"format":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := readPage(data)
		if err != nil || p.Last == nil {
			return
		}
		c, m := p.Last.Medians()
		if c.FirstByte <= 0 || m.FirstByte <= 0 || c.DiskBytes() < 0 || m.DiskBytes() < 0 {
			t.Fatalf("shown: %+v, %+v", c, m)
		}
	})
}

func TestMedians(t *testing.T) {
	var r Result
	for _, ms := range []int{900, 100, 300} {
		r.Rounds = append(r.Rounds, Round{
			Container: Figures{FirstByte: time.Duration(ms) * time.Millisecond, MemoryBytes: int64(1000 - ms)},
			Machine:   Figures{KernelThreads: ms},
		})
	}
	c, m := r.Medians()
	if c.FirstByte != 300*time.Millisecond || c.MemoryBytes != 700 || m.KernelThreads != 300 {
		t.Errorf("%+v, %+v", c, m)
	}
	if c, m := (Result{}).Medians(); c != (Figures{}) || m != (Figures{}) {
		t.Errorf("of nothing: %+v, %+v", c, m)
	}
}

// TestGet: only the page itself counts, and its first byte is timed.
func TestGet(t *testing.T) {
	body := page.HTML
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(page.ProcessesHeader, "3")
		w.Header().Set(page.KernelHeader, "-5")
		_, _ = w.Write([]byte(body))
	}))
	defer server.Close()
	before := time.Now()
	v, err := get(t.Context(), server.URL+"/")
	if err != nil || v.Processes != 3 || v.KernelThreads != 0 || v.At.Before(before) || time.Now().Before(v.At) {
		t.Errorf("%+v, %v", v, err)
	}
	body = "another server's page"
	if _, err := get(t.Context(), server.URL+"/"); err == nil {
		t.Error("a stranger counts")
	}
}

func TestThisHost(t *testing.T) {
	h := ThisHost()
	if h.System == "" || h.CPUs < 1 || h.MemoryBytes < 1<<20 {
		t.Errorf("this computer is %+v", h)
	}
	if port, err := freePort(); err != nil || port < 1 {
		t.Errorf("free port %d, %v", port, err)
	}
}
