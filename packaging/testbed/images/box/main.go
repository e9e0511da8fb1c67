//go:build linux

// Command box holds the small programs of the test images. The name it is
// started by, or its first argument, chooses one.
package main

import (
	"bufio"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

func main() {
	name := filepath.Base(os.Args[0])
	if name == "box" && len(os.Args) > 1 {
		name = os.Args[1]
	}
	programs := map[string]func() int{
		"hello": hello, "exit1": exit1, "memory": memory, "chatter": chatter,
	}
	run, known := programs[name]
	if !known {
		fmt.Fprintf(os.Stderr, "box: no program %q\n", name)
		os.Exit(127)
	}
	os.Exit(run())
}

// hello greets and ends.
func hello() int {
	fmt.Print(`
Hello from Docker!
This text comes from inside a container: the engine has downloaded the image,
made a container from it, started its program and carried this output to you.

What to try next: run a web server and open its page in your browser.
`)
	return 0
}

// exit1 fails the way a badly configured program does.
func exit1() int {
	fmt.Println("starting")
	fmt.Fprintln(os.Stderr, "error: the setting ESCALE_REQUIRED is missing; giving up")
	return 1
}

// memory takes memory, 4 MiB at a time, until it is killed. Without a limit it
// stops at 1 GiB, so that a test that forgets the limit does no harm.
func memory() int {
	const chunk, most = 4 << 20, 1 << 30
	var held [][]byte
	for taken := 0; taken < most; taken += chunk {
		block := make([]byte, chunk)
		for i := 0; i < chunk; i += 4096 {
			block[i] = 1
		}
		held = append(held, block)
		fmt.Printf("holding %d MiB\n", len(held)*chunk>>20)
	}
	fmt.Println("nobody stopped me at 1 GiB: waiting")
	return untilStopped()
}

// chatter prints LINES lines (a million) as fast as it can, then waits. SIGUSR1
// makes it print one more.
func chatter() int {
	lines, err := strconv.Atoi(os.Getenv("LINES"))
	if err != nil || lines < 0 {
		lines = 1_000_000
	}
	out := bufio.NewWriterSize(os.Stdout, 64<<10)
	for i := 1; i <= lines; i++ {
		switch {
		case i%1000 == 0:
			if out.Flush() != nil {
				return 1
			}
			fmt.Fprintf(os.Stderr, "line %d on the error stream\n", i)
		case i%100 == 0:
			_, _ = fmt.Fprintf(out, "\x1b[1;%dmline %d in colour\x1b[0m\n", 31+(i/100)%6, i)
		default:
			_, _ = fmt.Fprintf(out, "line %d %s\n", i, strings.Repeat(".", i%60))
		}
	}
	_, _ = fmt.Fprintln(out, "done")
	if out.Flush() != nil {
		return 1
	}
	more := make(chan os.Signal, 1)
	signal.Notify(more, syscall.SIGUSR1)
	go func() {
		for range more {
			fmt.Println("one more")
		}
	}()
	return untilStopped()
}

func untilStopped() int {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
	return 0
}
