//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// aside is where say writes when the kernel is not ours alone.
var aside io.Writer

// say writes one line to the kernel's log, which the console shows.
func say(format string, args ...any) {
	line := strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", " / ")
	if aside != nil {
		_, _ = fmt.Fprintln(aside, "escale: "+line)
		return
	}
	if len(line) > 900 { // the kernel cuts at about a thousand
		line = line[:900] + "…"
	}
	kmsg, err := os.OpenFile("/dev/kmsg", os.O_WRONLY, 0)
	if err != nil {
		fmt.Println("escale: " + line)
		return
	}
	_, _ = kmsg.WriteString("<3>escale: " + line + "\n") // "quiet" still shows errors
	_ = kmsg.Close()
}

// copyKernelLog writes the last tail lines of the kernel's log and what follows
// until ctx ends or w fails.
func copyKernelLog(ctx context.Context, w io.Writer, tail int) error {
	fd, err := unix.Open("/dev/kmsg", unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("read kernel log: %w", err)
	}
	defer func() { _ = unix.Close(fd) }()
	record := make([]byte, 8<<10)
	var last []string
	for {
		n, err := unix.Read(fd, record)
		if errors.Is(err, unix.EPIPE) || errors.Is(err, unix.EINTR) {
			continue // overwritten meanwhile
		}
		if err != nil || n <= 0 {
			break
		}
		if last = append(last, kernelLine(string(record[:n]))); len(last) > tail {
			last = last[1:]
		}
	}
	if _, err := io.WriteString(w, strings.Join(last, "")); err != nil {
		return err
	}
	return followKernelLog(ctx, w, fd, record)
}

func followKernelLog(ctx context.Context, w io.Writer, fd int, record []byte) error {
	for ctx.Err() == nil {
		poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}} //nolint:gosec // descriptors are small
		if n, err := unix.Poll(poll, 500); err != nil || n == 0 {
			if err != nil && !errors.Is(err, unix.EINTR) {
				return fmt.Errorf("wait for kernel log: %w", err)
			}
			continue
		}
		n, err := unix.Read(fd, record)
		switch {
		case errors.Is(err, unix.EPIPE), errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return fmt.Errorf("read kernel log: %w", err)
		}
		if _, err := io.WriteString(w, kernelLine(string(record[:n]))); err != nil {
			return err
		}
	}
	return nil
}

// kernelLine makes "6,339,5140900,-;text\n KEY=value\n" readable.
func kernelLine(record string) string {
	head, text, ok := strings.Cut(record, ";")
	if !ok {
		return record
	}
	text, _, _ = strings.Cut(text, "\n")
	fields := strings.Split(head, ",")
	if len(fields) < 3 {
		return text + "\n"
	}
	micros, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return text + "\n"
	}
	return fmt.Sprintf("[%5d.%06d] %s\n", micros/1_000_000, micros%1_000_000, text)
}
