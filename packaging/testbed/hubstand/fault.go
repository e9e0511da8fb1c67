package hubstand

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Fault is a way to misbehave.
type Fault struct {
	// Mode is "429", "500", "slow", "cut" (half of a reply), "garbage", "off"
	// (no reply at all), or empty for none.
	Mode string `json:"mode"`
	// For is the number of requests that get it; 0 is until it is cleared.
	For int `json:"for"`
	// Millis is how long "slow" waits before it answers (default 15 s), and
	// after how long a "429" says to come back (default 30 s).
	Millis int `json:"millis"`
}

var errMode = errors.New("mode is 429, 500, slow, cut, garbage, off or empty")

// SetFault puts a fault in force, or with an empty mode ends it.
func (s *Server) SetFault(f Fault) error {
	switch f.Mode {
	case "", "429", "500", "slow", "cut", "garbage", "off":
	default:
		return errMode
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
	return nil
}

// takeFault returns the fault for one request.
func (s *Server) takeFault() Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	fault := s.fault
	if s.fault.For > 0 {
		if s.fault.For--; s.fault.For == 0 {
			s.fault = Fault{}
		}
	}
	return fault
}

func (s *Server) controlFault(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPost:
		var f Fault
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&f); err != nil {
			s.refuse(w, http.StatusBadRequest, err.Error())
			return
		}
		if err := s.SetFault(f); err != nil {
			s.refuse(w, http.StatusBadRequest, err.Error())
			return
		}
	case http.MethodDelete:
		_ = s.SetFault(Fault{})
	}
	s.mu.Lock()
	now := s.fault
	s.mu.Unlock()
	s.reply(w, http.StatusOK, now)
}

func (f Fault) wait(standard time.Duration) time.Duration {
	if f.Millis > 0 {
		return time.Duration(f.Millis) * time.Millisecond
	}
	return standard
}

func (s *Server) misbehave(w *statusWriter, r *http.Request, f Fault) {
	switch f.Mode {
	case "429":
		later := f.wait(30 * time.Second)
		w.Header().Set("X-Retry-After", strconv.FormatInt(time.Now().Add(later).Unix(), 10))
		w.Header().Set("Retry-After", strconv.Itoa(int(later.Seconds())))
		w.Header().Set("X-RateLimit-Remaining", "0")
		s.refuse(w, http.StatusTooManyRequests, "too many requests")
	case "500":
		s.refuse(w, http.StatusInternalServerError, "internal server error")
	case "slow":
		timer := time.NewTimer(f.wait(15 * time.Second))
		defer timer.Stop()
		select {
		case <-timer.C:
			s.mux.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	case "garbage":
		w.Header().Set("Content-Type", "application/json")
		if _, err := w.Write([]byte("<html>\x00\xff{\"results\":[{")); err != nil {
			s.log.Debug("send garbage", "error", err)
		}
	case "cut", "off":
		w.status = 0
		s.hangUp(w, f.Mode == "cut")
	}
}

// hangUp closes the connection, after half of a reply or none.
func (s *Server) hangUp(w http.ResponseWriter, half bool) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		s.log.Error("hang up", "error", err)
		return
	}
	defer func() { _ = conn.Close() }()
	if !half {
		return
	}
	_, err = buffered.WriteString("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4096\r\n\r\n{\"count\":2,\"results\":[{\"repo_na")
	if err = errors.Join(err, buffered.Flush()); err != nil {
		s.log.Debug("send half a reply", "error", err)
	}
}
