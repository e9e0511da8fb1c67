//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"escale/engine/machine/wire"
)

// agent is what serves the host.
type agent struct {
	boot   *steps
	engine *engine
	host   *presence
	inside bool // of a distribution, whose kernel others use too
	shares *shares

	ending chan end // the first one counts
}

// end is a wish that the guest ends.
type end struct {
	why   string
	grace time.Duration
}

// defaultGrace is what the engine gets to end its containers when nobody says
// otherwise.
const defaultGrace = 30 * time.Second

func agentMain() {
	commandLine, err := os.ReadFile("/proc/cmdline")
	if err != nil {
		say("%v", err)
	}
	params, wrong := wire.ParseParams(string(commandLine))
	if wrong != nil {
		say("%v", wrong) // the network's step says what follows from it
	}
	a := &agent{boot: newSteps(), engine: newEngine(params), host: newPresence(), shares: newShares(), ending: make(chan end, 1)}
	earlier := earlierSteps(os.Getenv(stepsVar))
	_ = os.Unsetenv(stepsVar)
	for _, name := range []string{wire.StepKernel, wire.StepRoot} {
		a.boot.add(wire.Step{Step: name, AtMillis: earlier[name]})
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go a.serveSerial()
	go a.serveVsock()
	go a.watch()
	go a.start(ctx, params)
	wish := <-a.ending
	cancel()
	a.shutDown(wish)
}

// start boots the rest: disk, network and processors side by side, then the
// engine.
func (a *agent) start(ctx context.Context, params wire.Params) {
	defer a.survive("boot")
	go loadBootModules()
	go wakeProcessors()
	var both sync.WaitGroup
	var data, network error
	both.Go(func() {
		data = openData(ctx)
		a.boot.reach(wire.StepData, data)
	})
	both.Go(func() {
		if network = setNetwork(ctx, params); network != nil {
			network = fmt.Errorf("%s: %w", wire.CauseNetworkFailed, network)
		}
		a.boot.reach(wire.StepNetwork, network)
	})
	both.Wait()
	if data != nil || network != nil {
		return // the host is told, may look around, and shuts down
	}
	if params.Page > 0 { // a plain machine: it is compared with a container, and has no engine
		a.boot.reach(wire.StepReady, servePage(ctx, params.Page))
		return
	}
	if err := mountTools(params.Tools); err != nil {
		a.boot.reach(wire.StepEngine, err)
		return
	}
	a.shares.await(ctx, params.Shares)
	a.engine.start(ctx, a.boot)
}

// watch waits for reasons to end other than the host's word.
func (a *agent) watch() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, unix.SIGTERM, unix.SIGINT)
	go watchPowerButtons(func() { a.end("power button", defaultGrace) })
	select {
	case s := <-signals:
		a.end(s.String(), defaultGrace)
	case <-a.host.gone:
		a.end("no host any more", defaultGrace)
	}
}

// end asks for the end. Only the first wish counts.
func (a *agent) end(why string, grace time.Duration) {
	select {
	case a.ending <- end{why, grace}:
	default:
	}
}

// survive keeps a mistake in one task from ending the agent, and with it the
// guest.
func (a *agent) survive(task string) {
	if r := recover(); r != nil {
		say("%s: panic: %v", task, r)
	}
}

// shutDown ends the engine, everything else, and the guest. It does not return.
func (a *agent) shutDown(wish end) {
	say("shutting down: %s", wish.why)
	a.engine.stop(wish.grace)
	endEverything(2 * time.Second)
	say("powering off after %d ms", uptime().Milliseconds())
	powerOff()
}
