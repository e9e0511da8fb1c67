package compare

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"escale/engine"
	"escale/engine/page"
)

// Image is what the container is made from: the smallest official one that serves
// pages.
const Image = "busybox:latest"

// label marks the containers of comparisons; its value is the user's own.
const label = "org.escale.compare"

// webPort is where the page is, inside the container.
const webPort = 80

// spec is the container: its one process writes the page down and serves it.
func spec(owner string, port int) engine.ContainerSpec {
	return engine.ContainerSpec{
		Name: fmt.Sprintf("escale-compare-%s-%d", owner, port), Image: Image,
		Command: []string{"sh", "-c", "mkdir -p /tmp/page && printf %s '" + page.HTML + "' >/tmp/page/index.html && exec httpd -f -p " +
			strconv.Itoa(webPort) + " -h /tmp/page"},
		Ports:  []engine.PortBinding{{HostIP: "127.0.0.1", Host: uint16(port), Container: webPort}}, //nolint:gosec // a port
		Labels: map[string]string{label: owner},
	}
}

// ensureImage gets the image, unless it is here, and tells its size.
func (c *Comparer) ensureImage(ctx context.Context, eng engine.Images) (int64, error) {
	detail, err := eng.InspectImage(ctx, Image)
	if errors.Is(err, engine.ErrNotFound) || errors.Is(err, engine.ErrImageMissing) {
		err = eng.PullImage(ctx, Image, func(p engine.PullProgress) { c.edit(func(s *State) { s.Pull = p }) })
		if err == nil {
			detail, err = eng.InspectImage(ctx, Image)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("get image %s: %w", Image, err)
	}
	return detail.SizeBytes, nil
}

// The limits of what is asked of the engine; a port that was free a moment ago may
// be taken.
const (
	makeWait   = time.Minute
	removeWait = 15 * time.Second
	portTries  = 3
)

// startContainer makes and starts the container. A request that was sent is not
// taken back by cancelling, so its answer is awaited: it names what must be removed.
func (d *duel) startContainer(ctx context.Context) (port int, err error) {
	for range portTries {
		if port, err = d.c.o.Port(); err != nil {
			return 0, err
		}
		d.round.ContainerMoments.Ordered = time.Now()
		d.c.edit(func(s *State) { s.Container = Side{Phase: Starting, Ordered: d.round.ContainerMoments.Ordered} })
		lasting, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), makeWait, engine.ErrTimeout)
		d.doubt = true
		d.container, _, err = d.eng.CreateContainer(lasting, spec(d.owner, port))
		cancel()
		if err == nil {
			d.doubt = false
			err = ctx.Err()
		}
		if err == nil {
			err = d.eng.StartContainer(ctx, d.container)
		}
		if !errors.Is(err, engine.ErrPortTaken) {
			return port, err
		}
		if err := d.removeContainer(ctx); err != nil {
			return 0, err
		}
	}
	return 0, err
}

// removeContainer removes the container, and looks for one of which the engine did
// not say that it was made.
func (d *duel) removeContainer(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), removeWait, engine.ErrTimeout)
	defer cancel()
	if d.container != "" {
		err := d.eng.RemoveContainer(ctx, d.container, engine.RemoveContainer{Force: true, Volumes: true})
		if err != nil && !errors.Is(err, engine.ErrNotFound) {
			return fmt.Errorf("remove container of comparison: %w", err)
		}
		d.container = ""
	}
	if !d.doubt {
		return nil
	}
	err := removeOwn(ctx, d.eng, d.owner)
	d.doubt = err != nil
	return err
}

// removeOwn removes every container with the owner's mark.
func removeOwn(ctx context.Context, eng engine.Containers, owner string) error {
	all, err := eng.ListContainers(ctx)
	if err != nil {
		return fmt.Errorf("look for containers of comparisons: %w", err)
	}
	for _, c := range all {
		if c.Labels[label] != owner {
			continue
		}
		err := eng.RemoveContainer(ctx, c.ID, engine.RemoveContainer{Force: true, Volumes: true})
		if err != nil && !errors.Is(err, engine.ErrNotFound) {
			return fmt.Errorf("remove container of comparison: %w", err)
		}
	}
	return nil
}
