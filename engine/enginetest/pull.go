package enginetest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"escale/engine"
)

// PullScript is how a pull of one reference goes. A reference without a script
// fails with ErrNoSuchImage, or ErrNoSuchTag where another tag has one.
type PullScript struct {
	Steps []PullStep
	Err   error              // the pull fails with it after the last step
	Image engine.ImageDetail // what the pull brings; its tag is added
}

// PullStep is one report of a pull. A step more than a minute after the one
// before it makes the pull fail with ErrStalled.
type PullStep struct {
	After    time.Duration // since the step before
	Progress engine.PullProgress
}

// SetPull scripts pulls of ref.
func (f *Fake) SetPull(ref string, script PullScript) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pulls[withTag(ref)] = script
}

// PullOf scripts the download of layers of the given sizes one after another,
// in four steps each, every tick.
func PullOf(img engine.ImageDetail, tick time.Duration, sizes ...int64) PullScript {
	script := PullScript{Image: img}
	layers := make([]engine.PullLayer, len(sizes))
	for i := range sizes {
		layers[i] = engine.PullLayer{ID: fmt.Sprintf("layer%07d", i), Phase: engine.LayerWaiting}
	}
	step := func(i int, phase engine.LayerPhase, current, total int64) {
		layers[i].Phase, layers[i].CurrentBytes, layers[i].TotalBytes = phase, current, total
		p := engine.PullProgress{Layers: append([]engine.PullLayer(nil), layers...)}
		for _, l := range layers {
			p.CurrentBytes += l.CurrentBytes
			p.TotalBytes += l.TotalBytes
		}
		script.Steps = append(script.Steps, PullStep{After: tick, Progress: p})
	}
	for i, size := range sizes {
		step(i, engine.LayerDownloading, size/2, size)
		step(i, engine.LayerDownloading, size, size)
		step(i, engine.LayerExtracting, size, size)
		step(i, engine.LayerDone, size, size)
	}
	return script
}

// PullImage implements engine.Images.
func (f *Fake) PullImage(ctx context.Context, ref string, report func(engine.PullProgress)) error {
	f.mu.Lock()
	f.calls = append(f.calls, "PullImage")
	script, known := f.pulls[withTag(ref)]
	held := !f.faults.noDeadlines
	f.mu.Unlock()
	hangCtx, cancel := ctx, func() {}
	if held {
		hangCtx, cancel = context.WithTimeoutCause(ctx, stallDeadline, engine.ErrStalled)
	}
	err := f.obstruct(hangCtx, "PullImage")
	cancel()
	switch {
	case err != nil:
	case strings.ContainsAny(ref, " \t") || strings.ToLower(ref) != ref:
		err = engine.ErrInvalid
	case !known:
		err = f.absent(ref)
	}
	if err == nil {
		err = f.play(ctx, script, held, report)
	}
	if err != nil {
		return fmt.Errorf("pull image %s: %w", ref, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	img := cloneImage(script.Image)
	img.Tags = append(img.Tags, withTag(ref))
	f.addImage(img)
	return nil
}

// absent says what no script was set for: a tag, or a whole image.
func (f *Fake) absent(ref string) error {
	name := func(ref string) string { ref = withTag(ref); return ref[:strings.LastIndex(ref, ":")] }
	f.mu.Lock()
	defer f.mu.Unlock()
	for other := range f.pulls {
		if name(other) == name(ref) {
			return engine.ErrNoSuchTag
		}
	}
	return engine.ErrNoSuchImage
}

// play reports the steps of script in their time.
func (f *Fake) play(ctx context.Context, script PullScript, held bool, report func(engine.PullProgress)) error {
	for _, step := range script.Steps {
		if held && step.After > stallDeadline {
			if err := pause(ctx, stallDeadline); err != nil {
				return err
			}
			return engine.ErrStalled
		}
		if err := pause(ctx, step.After); err != nil {
			return err
		}
		f.mu.Lock()
		err := f.fault("PullImage")
		f.mu.Unlock()
		if err != nil {
			return err
		}
		if report != nil {
			p := step.Progress
			p.Layers = append([]engine.PullLayer(nil), p.Layers...)
			report(p)
		}
	}
	return script.Err
}
