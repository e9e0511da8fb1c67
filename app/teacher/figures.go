package teacher

import (
	"context"
	"fmt"
	"slices"
	"time"

	"escale/app/lesson"
	"escale/engine"
)

// answers is how often the engine is asked for FigureAnswer: the median counts.
const answers = 5

// measure takes the figures of the step in view that were not taken yet; again
// tells that one could not be.
func (t *Teacher) measure(ctx context.Context, open Open, eyes *eyes) (again bool) {
	r := t.Progress.Get(open.Key)
	for _, b := range open.Lesson.Steps[min(r.Step, len(open.Lesson.Steps)-1)].Blocks {
		m, is := b.(*lesson.Measure)
		if !is {
			continue
		}
		asked := Asked{m.What, m.Of}
		tick, done := r.Tasks[m.Of]
		if _, known := open.Figures[asked]; known || !done && m.What != lesson.FigureAnswer {
			continue
		}
		reading, ok, err := t.read(ctx, m.What, tick.Deed, eyes)
		if err != nil {
			t.options.Log.Debug("measure", "what", m.What, "error", err)
			again = true
		}
		if ok {
			t.change(open.Key, func(o *Open) { o.Figures[asked] = reading })
		}
	}
	return again
}

// read takes one figure of what ticked a task; not ok is one that there is not,
// or not yet.
func (t *Teacher) read(ctx context.Context, what lesson.Figure, of lesson.Deed, eyes *eyes) (Reading, bool, error) {
	switch what {
	case lesson.FigureAnswer:
		return answerTime(ctx, eyes)
	case lesson.FigureImageSize, lesson.FigureLayers:
		return imageFigure(ctx, what, of, eyes)
	case lesson.FigureStart, lesson.FigureLasted, lesson.FigureMemory, lesson.FigureProcesses:
	}
	if of.Kind != lesson.OnContainer && of.Kind != lesson.OnFile {
		return Reading{}, false, nil
	}
	d, err := eyes.Container(ctx, of.ID)
	if err != nil {
		return Reading{}, false, fmt.Errorf("measure container: %w", err)
	}
	switch what {
	case lesson.FigureStart:
		return t.startTime(d)
	case lesson.FigureLasted:
		took := d.Ended.Sub(d.Started)
		return Reading{Took: took}, !d.Active() && !d.Started.IsZero() && took > 0, nil
	case lesson.FigureMemory, lesson.FigureProcesses:
		return sampleOf(ctx, what, d, eyes)
	case lesson.FigureAnswer, lesson.FigureImageSize, lesson.FigureLayers:
	}
	return Reading{}, false, nil
}

// startTime is the time from a container's making to its first start, by the
// engine's own clock: its events tell of nanoseconds.
func (t *Teacher) startTime(d engine.ContainerDetail) (Reading, bool, error) {
	var made, started time.Time
	for _, e := range t.options.Store.History.Get().Events {
		switch {
		case e.Kind != engine.KindContainer || e.ID != d.ID:
		case e.Action == "create":
			made = e.At
		case e.Action == "start" && started.IsZero():
			started = e.At
		}
	}
	if made.IsZero() || started.IsZero() {
		return Reading{}, false, nil // it was made before anybody listened
	}
	return Reading{Took: started.Sub(made)}, true, nil
}

func sampleOf(ctx context.Context, what lesson.Figure, d engine.ContainerDetail, eyes *eyes) (Reading, bool, error) {
	if !d.Active() {
		return Reading{}, false, nil
	}
	eng, err := eyes.engine()
	if err != nil {
		return Reading{}, false, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, 5*time.Second, engine.ErrTimeout)
	defer cancel()
	stream, err := eng.Stats(ctx, d.ID)
	if err != nil {
		return Reading{}, false, err
	}
	sample, ok := <-stream.C
	cancel()
	for range stream.C { // until it is closed
	}
	if !ok {
		return Reading{}, false, stream.Err()
	}
	if what == lesson.FigureMemory {
		return Reading{Bytes: sample.MemoryBytes}, sample.MemoryBytes > 0, nil
	}
	return Reading{Count: sample.PIDs}, sample.PIDs > 0, nil
}

// imageFigure is about an image, or about that of a container.
func imageFigure(ctx context.Context, what lesson.Figure, of lesson.Deed, eyes *eyes) (Reading, bool, error) {
	ref := of.ID
	if of.Kind == lesson.OnContainer || of.Kind == lesson.OnFile {
		d, err := eyes.Container(ctx, of.ID)
		if err != nil {
			return Reading{}, false, fmt.Errorf("measure image: %w", err)
		}
		ref = d.ImageID
	}
	eng, err := eyes.engine()
	if err != nil {
		return Reading{}, false, err
	}
	image, err := eng.InspectImage(ctx, ref)
	if err != nil {
		return Reading{}, false, fmt.Errorf("measure image: %w", err)
	}
	if what == lesson.FigureLayers {
		return Reading{Count: len(image.Layers)}, len(image.Layers) > 0, nil
	}
	return Reading{Bytes: image.SizeBytes}, image.SizeBytes > 0, nil
}

// answerTime is how long the engine takes to answer the smallest question.
func answerTime(ctx context.Context, eyes *eyes) (Reading, bool, error) {
	eng, err := eyes.engine()
	if err != nil {
		return Reading{}, false, err
	}
	var took []time.Duration
	for range answers {
		begun := time.Now()
		if err := eng.Ping(ctx); err != nil {
			return Reading{}, false, fmt.Errorf("measure the answer: %w", err)
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	return Reading{Took: took[len(took)/2]}, true, nil
}
