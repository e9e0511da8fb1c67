// Command anyengine tells whether this computer has a container engine that
// Escale can use, its own machine aside: it prints the first one's name, and
// fails when there is none. `make run` asks it before it builds the machine.
package main

import (
	"context"
	"fmt"
	"os"

	"escale/engine"
	"escale/engine/find"
)

func main() {
	name, ok := first(context.Background(), find.Places(find.System()))
	if !ok {
		os.Exit(1)
	}
	fmt.Println(name)
}

// first is the name of the first place that answers. All are asked at once.
func first(ctx context.Context, places []engine.Candidate) (name string, ok bool) {
	answers := make([]chan error, len(places))
	for i, p := range places {
		answers[i] = make(chan error, 1)
		switch {
		case p.Endpoint.Kind == engine.EndpointMachine:
			answers[i] <- engine.ErrNotStarted
		case p.Err != nil:
			answers[i] <- p.Err
		default:
			go func() { answers[i] <- find.Probe(ctx, p.Endpoint).Err }()
		}
	}
	for i, answer := range answers {
		if <-answer == nil {
			return places[i].Endpoint.Name, true
		}
	}
	return "", false
}
