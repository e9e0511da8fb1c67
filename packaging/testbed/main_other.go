//go:build !linux

// Command testbed runs a private container engine, a registry with real images
// and a stand-in for Docker Hub. It is made of Linux network namespaces.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "testbed: it needs Linux; elsewhere run the unit tests: make vet unit")
	os.Exit(1)
}
