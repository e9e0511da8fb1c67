package docker

import (
	"errors"
	"slices"
	"strings"

	"escale/engine"
)

// maxLayers bounds what a hostile engine can make us keep.
const maxLayers = 1024

// pullMessage is one object of a pull's stream.
type pullMessage struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Detail struct {
		Current int64 `json:"current"`
		Total   int64 `json:"total"`
	} `json:"progressDetail"`
	Error       string `json:"error"`
	ErrorDetail struct {
		Message string `json:"message"`
	} `json:"errorDetail"`
	Stream string `json:"stream"` // Podman's words, of no use to us
}

// progress is what is known of a pull.
type progress struct {
	layers  []engine.PullLayer
	index   map[string]int
	changed bool // since the last snapshot
}

// phases are the statuses of a layer, as the engines word them.
var phases = map[string]engine.LayerPhase{
	"Pulling fs layer":   engine.LayerWaiting,
	"Waiting":            engine.LayerWaiting,
	"Downloading":        engine.LayerDownloading,
	"Verifying Checksum": engine.LayerVerifying,
	"Download complete":  engine.LayerVerifying,
	"Extracting":         engine.LayerExtracting,
	"Pull complete":      engine.LayerDone,
	"Already exists":     engine.LayerPresent,
}

// apply takes in one message. It reports whether anything moved, and returns
// what the message says went wrong.
func (p *progress) apply(m pullMessage) (bool, error) {
	if m.ErrorDetail.Message != "" {
		return false, errors.New(m.ErrorDetail.Message)
	}
	if m.Error != "" {
		return false, errors.New(m.Error)
	}
	phase, known := phases[m.Status]
	if strings.HasPrefix(m.Status, "Retrying in ") {
		phase, known = engine.LayerWaiting, true
	}
	if !known || m.ID == "" || len(m.ID) > 128 {
		return false, nil
	}
	i, seen := p.index[m.ID]
	if !seen {
		if len(p.layers) == maxLayers {
			return false, nil
		}
		if p.index == nil {
			p.index = map[string]int{}
		}
		i = len(p.layers)
		p.index[m.ID] = i
		p.layers = append(p.layers, engine.PullLayer{ID: m.ID, Phase: engine.LayerWaiting})
	}
	before := p.layers[i]
	p.layers[i] = advance(before, phase, m)
	moved := !seen || p.layers[i] != before || phase == engine.LayerExtracting
	p.changed = p.changed || moved
	return moved, nil
}

// advance is layer l after a message. Bytes count the download only: once it is
// over they stay at the total, also where the engine never said it.
func advance(l engine.PullLayer, phase engine.LayerPhase, m pullMessage) engine.PullLayer {
	l.Phase = phase
	switch phase {
	case engine.LayerDownloading:
		l.TotalBytes = max(l.TotalBytes, m.Detail.Total)
		l.CurrentBytes = min(max(m.Detail.Current, 0), max(l.TotalBytes, m.Detail.Current))
	case engine.LayerVerifying, engine.LayerExtracting, engine.LayerDone:
		l.TotalBytes = max(l.TotalBytes, l.CurrentBytes)
		l.CurrentBytes = l.TotalBytes
	case engine.LayerWaiting, engine.LayerPresent:
	}
	return l
}

// fetched reports whether every layer that is known has been downloaded.
func (p *progress) fetched() bool {
	return !slices.ContainsFunc(p.layers, func(l engine.PullLayer) bool {
		return l.Phase == engine.LayerWaiting || l.Phase == engine.LayerDownloading
	})
}

// finish makes every layer done: Podman is silent after the download.
func (p *progress) finish() {
	for i, l := range p.layers {
		if l.Phase != engine.LayerDone && l.Phase != engine.LayerPresent {
			p.layers[i] = advance(l, engine.LayerDone, pullMessage{})
			p.changed = true
		}
	}
}

// snapshot copies the state, to be kept by whoever gets it.
func (p *progress) snapshot() engine.PullProgress {
	p.changed = false
	all := engine.PullProgress{Layers: append([]engine.PullLayer(nil), p.layers...)}
	for _, l := range p.layers {
		all.CurrentBytes += l.CurrentBytes
		all.TotalBytes += l.TotalBytes
	}
	return all
}
