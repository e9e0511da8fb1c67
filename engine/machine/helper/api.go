package helper

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"escale/engine"
	"escale/engine/machine"
	"escale/engine/machine/wire"
)

const maxBody = 64 << 10

// action is a request about one machine.
type action func(v *vm, w http.ResponseWriter, q *http.Request) error

// server is the control API. Who can open its socket is the user.
func (h *Helper) server() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/version", h.counted(func(w http.ResponseWriter, _ *http.Request) error {
		return reply(w, machine.Version{API: machine.APIVersion, Version: h.version, PID: os.Getpid()})
	}))
	mux.HandleFunc("GET /v1/machines", h.counted(func(w http.ResponseWriter, _ *http.Request) error {
		out := []machine.Status{}
		for _, v := range h.all() {
			if !v.hasGone() {
				out = append(out, v.Status())
			}
		}
		return reply(w, out)
	}))
	for pattern, do := range map[string]action{
		"GET /v1/machines/{name}":                  status,
		"PUT /v1/machines/{name}":                  put,
		"DELETE /v1/machines/{name}":               then((*vm).Reset),
		"POST /v1/machines/{name}/start":           then((*vm).Start),
		"POST /v1/machines/{name}/stop":            then((*vm).Stop),
		"POST /v1/machines/{name}/kill":            then((*vm).Kill),
		"POST /v1/machines/{name}/restart":         then((*vm).Restart),
		"POST /v1/machines/{name}/pause":           then((*vm).Pause),
		"POST /v1/machines/{name}/resume":          then((*vm).Resume),
		"POST /v1/machines/{name}/trim":            then((*vm).Trim),
		"POST /v1/machines/{name}/reclaim":         then((*vm).Reclaim),
		"POST /v1/machines/{name}/update":          with((*vm).Update),
		"POST /v1/machines/{name}/rollback":        with((*vm).Rollback),
		"POST /v1/machines/{name}/move":            with((*vm).Move),
		"POST /v1/machines/{name}/backup":          with((*vm).Backup),
		"POST /v1/machines/{name}/restore":         with((*vm).Restore),
		"GET /v1/machines/{name}/contents":         contents,
		"POST /v1/machines/{name}/shell":           shell,
		"POST /v1/machines/{name}/shell/{id}/size": resize,
		"GET /v1/machines/{name}/events":           events,
		"GET /v1/machines/{name}/log":              serveLog,
		"GET /v1/machines/{name}/ports":            ports,
		"GET /v1/machines/{name}/hold":             hold,
	} {
		mux.HandleFunc(pattern, h.counted(func(w http.ResponseWriter, q *http.Request) error {
			v, err := h.machine(q.PathValue("name"))
			if err != nil {
				return err
			}
			return do(v, w, q)
		}))
	}
	return &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ErrorLog: nil}
}

// counted answers errors, and keeps the helper from ending while it is asked.
func (h *Helper) counted(do func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	count := func(n int) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.asking += n
		h.asked = time.Now()
	}
	return func(w http.ResponseWriter, q *http.Request) {
		count(1)
		defer count(-1)
		if err := do(w, q); err != nil {
			complain(w, err)
		}
	}
}

func reply(w http.ResponseWriter, value any) error {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(value); err != nil {
		return nil //nolint:nilerr // who asked has gone
	}
	return nil
}

// complain answers with a Fault.
func complain(w http.ResponseWriter, err error) {
	fault := machine.Fault{Code: machine.FaultInternal, Detail: err.Error()}
	code := http.StatusInternalServerError
	var failed *machine.Failure
	var refused *machine.Refusal
	var share *machine.ShareError
	switch {
	case errors.As(err, &failed):
		fault = machine.Fault{Code: machine.FaultMachine, Detail: failed.Detail, Cause: failed.Cause, Shortage: failed.Shortage}
	case errors.As(err, &refused):
		fault = machine.Fault{Code: machine.FaultRefused, Detail: refused.Detail, Reason: refused.Reason, Shortage: refused.Shortage}
		code = http.StatusConflict
	case errors.As(err, &share):
		fault = machine.Fault{Code: machine.FaultInvalid, Detail: err.Error(), Share: share.Path, Problem: share.Problem}
		code = http.StatusBadRequest
	case errors.Is(err, engine.ErrNotFound):
		fault.Code, code = machine.FaultNotFound, http.StatusNotFound
	case errors.Is(err, engine.ErrConflict), errors.Is(err, errAsked):
		fault.Code, code = machine.FaultConflict, http.StatusConflict
	case errors.Is(err, engine.ErrInvalid):
		fault.Code, code = machine.FaultInvalid, http.StatusBadRequest
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(fault) // who asked may have gone
}

func status(v *vm, w http.ResponseWriter, _ *http.Request) error { return reply(w, v.Status()) }

func ports(v *vm, w http.ResponseWriter, _ *http.Request) error {
	all := v.Status().Ports
	if all == nil {
		all = []machine.Port{}
	}
	return reply(w, all)
}

func put(v *vm, w http.ResponseWriter, q *http.Request) error {
	var want machine.Resources
	if err := body(q, &want); err != nil {
		return err
	}
	if err := v.Put(q.Context(), want); err != nil {
		return err
	}
	return reply(w, v.Status())
}

// hold holds the machine for as long as the request lasts.
func hold(v *vm, w http.ResponseWriter, q *http.Request) error {
	release := v.hold()
	defer release()
	w.WriteHeader(http.StatusOK)
	if err := http.NewResponseController(w).Flush(); err != nil {
		return nil // who asked has gone
	}
	select {
	case <-q.Context().Done():
	case <-v.h.over.Done():
	}
	return nil
}

// body reads a request's, which says nothing that this helper does not know.
func body(q *http.Request, into any) error {
	decoder := json.NewDecoder(io.LimitReader(q.Body, maxBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%w: %w", engine.ErrInvalid, err)
	}
	return nil
}

// with does something to a machine by what the request says.
func with[T any](do func(*vm, context.Context, T) error) action {
	return func(v *vm, w http.ResponseWriter, q *http.Request) error {
		var o T
		if q.ContentLength != 0 {
			if err := body(q, &o); err != nil {
				return err
			}
		}
		if err := do(v, q.Context(), o); err != nil {
			return err
		}
		return reply(w, v.Status())
	}
}

// then does something to a machine and answers with what became of it.
func then(do func(*vm, context.Context) error) action {
	return func(v *vm, w http.ResponseWriter, q *http.Request) error {
		if err := do(v, q.Context()); err != nil {
			return err
		}
		return reply(w, v.Status())
	}
}

// Restart is Stop and Start.
func (v *vm) Restart(ctx context.Context) error {
	if err := v.Stop(ctx); err != nil {
		return err
	}
	return v.Start(ctx)
}

// Pause freezes the machine until it is used.
func (v *vm) Pause(ctx context.Context) error {
	r, err := v.running()
	if err != nil {
		return err
	}
	if b := r.booted.Load(); b != nil {
		return b.freeze(ctx, true)
	}
	return nil
}

// Resume wakes the machine.
func (v *vm) Resume(ctx context.Context) error {
	r, err := v.running()
	if err != nil {
		return err
	}
	return r.wake(ctx)
}

// Trim lets the guest say which blocks of its disk are free.
func (v *vm) Trim(ctx context.Context) error { return v.ask(ctx, wire.Header{Do: wire.Trim}) }

// Reclaim lets the guest give back the memory of its caches.
func (v *vm) Reclaim(ctx context.Context) error { return v.ask(ctx, wire.Header{Do: wire.Reclaim}) }

// ask asks the guest of a machine that runs for something that it only does.
func (v *vm) ask(ctx context.Context, header wire.Header) error {
	r, err := v.running()
	if err != nil {
		return err
	}
	if err := r.wake(ctx); err != nil {
		return err
	}
	session := r.session()
	if session == nil {
		return fmt.Errorf("%w: the machine does not run", engine.ErrConflict)
	}
	var answer wire.Answer
	if err := session.Ask(ctx, header, &answer); err != nil {
		return err
	}
	return answer.Err()
}

// events streams the status: at first, after each change, and every so often
// while what the machine takes changes. What it says last, where the helper ends,
// is what has become of the machine.
func events(v *vm, w http.ResponseWriter, q *http.Request) error {
	changed, stop := v.watch()
	defer stop()
	sample := time.NewTicker(v.h.timing.sample)
	defer sample.Stop()
	w.Header().Set("Content-Type", "application/x-ndjson")
	var last []byte
	for ending := false; ; {
		line, err := json.Marshal(v.Status())
		if err != nil {
			return err
		}
		if string(line) != string(last) {
			last = line
			if _, err := w.Write(append(line, '\n')); err != nil {
				return nil // who asked has gone
			}
			if err := http.NewResponseController(w).Flush(); err != nil {
				return nil // who asked has gone
			}
		}
		if ending {
			return nil
		}
		select {
		case <-changed:
		case <-sample.C:
		case <-q.Context().Done():
			return nil
		case <-v.h.over.Done():
			ending = true
		}
	}
}
