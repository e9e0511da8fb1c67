//go:build linux

// Command bootcheck boots a guest in QEMU, with no helper: it prints when the
// boot came to each step, asks the engine for its version, shuts the guest down,
// and checks that its data disk was left whole.
//
//	go run ./packaging/guest/bootcheck --image DIR
//
// With --shell it gives a terminal in the guest before that.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"escale/engine/machine/wire"
)

type check struct {
	image, work string
	arch        string // from the manifest
	memory      int    // MiB
	run         string
	shell       bool
	tools       bool
	timeout     time.Duration
}

// machines are what QEMU plays for each architecture. Two features of the newest
// Intel processors fail under emulation.
var machines = map[string]struct{ program, kind, cpu, console string }{
	"amd64": {"qemu-system-x86_64", "q35", "max,la57=off,cx16=off", "ttyS0"},
	"arm64": {"qemu-system-aarch64", "virt", "cortex-a72", "ttyAMA0"},
}

func main() {
	var c check
	flag.StringVar(&c.image, "image", "", "folder of the guest")
	flag.StringVar(&c.work, "work", "", "folder for the data disk and the console's log (default: a new one, removed again)")
	flag.IntVar(&c.memory, "memory", 512, "of the machine, in MiB")
	flag.StringVar(&c.run, "run", "", "a line for the guest's shell, run once it is ready")
	flag.BoolVar(&c.tools, "tools", false, "with the tools' disk")
	flag.BoolVar(&c.shell, "shell", false, "give a terminal in the guest")
	flag.DurationVar(&c.timeout, "timeout", 2*time.Minute, "for the boot")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := c.do(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bootcheck:", err)
		os.Exit(1)
	}
}

func (c *check) do(ctx context.Context) (err error) {
	if c.work == "" {
		if c.work, err = os.MkdirTemp("", "bootcheck-"); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(c.work) }()
	}
	sizes, err := c.prepare()
	if err != nil {
		return err
	}
	fmt.Println(sizes)
	began := time.Now()
	qemu := c.qemu(ctx)
	if err := qemu.Start(); err != nil {
		return fmt.Errorf("start QEMU: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- qemu.Wait() }()
	defer func() {
		if err != nil {
			_ = qemu.Process.Kill()
			c.showConsole()
		}
	}()
	session, err := c.connect(ctx)
	if err != nil {
		return err
	}
	if err := c.booted(ctx, session, began); err != nil {
		return err
	}
	if err := c.look(ctx, session); err != nil {
		return err
	}
	return c.shutDown(ctx, session, ended)
}

func (c *check) prepare() (string, error) {
	disk := filepath.Join(c.work, "data.img")
	if _, err := os.Stat(disk); errors.Is(err, os.ErrNotExist) {
		f, err := os.Create(disk) //nolint:gosec // our own folder
		if err != nil {
			return "", err
		}
		defer func() { _ = f.Close() }()
		if err := f.Truncate(16 << 30); err != nil {
			return "", err
		}
	}
	var manifest struct{ Arch string }
	text, err := os.ReadFile(filepath.Join(c.image, "manifest.json"))
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return "", fmt.Errorf("read manifest: %w", err)
	}
	c.arch = manifest.Arch
	sizes, sum := "", int64(0)
	for _, name := range []string{"vmlinuz", "initrd.zst", "root.sqfs", "tools.sqfs"} {
		info, err := os.Stat(filepath.Join(c.image, name))
		if err != nil {
			return "", err
		}
		sum += info.Size()
		sizes += fmt.Sprintf("%s %.1f MB, ", name, float64(info.Size())/1e6)
	}
	return sizes + fmt.Sprintf("together %.1f MB", float64(sum)/1e6), nil
}

func (c *check) qemu(ctx context.Context) *exec.Cmd {
	in := func(name string) string { return filepath.Join(c.image, name) }
	params := wire.Params{
		Address: netip.MustParsePrefix("192.168.127.2/24"), Gateway: netip.MustParseAddr("192.168.127.1"),
		DNS: netip.MustParseAddr("192.168.127.3"), Host: netip.MustParseAddr("192.168.127.254"), Name: "bootcheck", Tools: c.tools,
	}
	machine, ok := machines[c.arch]
	if !ok {
		machine = machines[runtime.GOARCH]
	}
	args := []string{
		"-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-machine", machine.kind, "-accel", "tcg,tb-size=128",
		"-cpu", machine.cpu, "-smp", "2", "-m", fmt.Sprint(c.memory),
		"-kernel", in("vmlinuz"), "-initrd", in("initrd.zst"), "-append", "quiet loglevel=4 panic=1 console=" + machine.console + " " + params.String(),
		"-serial", "file:" + filepath.Join(c.work, "console.log"),
		"-drive", "if=none,id=root,format=raw,readonly=on,file=" + in("root.sqfs"), "-device", "virtio-blk-pci,drive=root,serial=root",
		"-drive", "if=none,id=data,format=raw,discard=unmap,detect-zeroes=unmap,file=" + filepath.Join(c.work, "data.img"),
		"-device", "virtio-blk-pci,drive=data,serial=data",
		"-netdev", "user,id=net,net=192.168.127.0/24,host=192.168.127.1,dns=192.168.127.3", "-device", "virtio-net-pci,netdev=net",
		"-device", "virtio-serial-pci", "-chardev", "socket,id=escale,server=on,wait=off,path=" + c.socket(),
		"-device", "virtserialport,chardev=escale,name=escale",
		"-device", "virtio-rng-pci", "-device", "virtio-balloon-pci,free-page-reporting=on",
	}
	if c.tools {
		args = append(args, "-drive", "if=none,id=tools,format=raw,readonly=on,file="+in("tools.sqfs"), "-device", "virtio-blk-pci,drive=tools,serial=tools")
	}
	cmd := exec.CommandContext(ctx, machine.program, args...) //nolint:gosec // a fixed command
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd
}

func (c *check) socket() string { return filepath.Join(c.work, "escale.sock") }

func (c *check) connect(ctx context.Context) (*wire.Session, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	for {
		channel, err := new(net.Dialer).DialContext(ctx, "unix", c.socket())
		if err == nil {
			return wire.Host(ctx, channel)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("connect: %w", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// booted prints the steps until the guest is ready.
func (c *check) booted(ctx context.Context, session *wire.Session, began time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	stream, err := session.Open(ctx, wire.Header{Do: wire.Boot})
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = stream.Close() })()
	for {
		var step wire.Step
		if err := stream.ReadJSON(&step); err != nil {
			return fmt.Errorf("wait for the boot: %w", errors.Join(err, ctx.Err()))
		}
		fmt.Printf("%-8s %6d ms after the kernel began, seen %6d ms after QEMU\n", step.Step, step.AtMillis, time.Since(began).Milliseconds())
		if step.Error != "" {
			return fmt.Errorf("step %s: %s", step.Step, step.Error)
		}
		if step.Step == wire.StepReady {
			return stream.Close()
		}
	}
}

// look asks the engine for its version, and the guest how it is.
func (c *check) look(ctx context.Context, session *wire.Session) error {
	client := http.Client{Timeout: time.Minute, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return session.Open(ctx, wire.Header{Do: wire.Docker})
		},
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://docker/version", http.NoBody)
	if err != nil {
		return err
	}
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("ask for the version: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	var version struct {
		Version, APIVersion, GitCommit, Arch, KernelVersion string
		Components                                          []struct{ Name, Version string }
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, 1<<20)).Decode(&version); err != nil {
		return fmt.Errorf("read the version: %w", err)
	}
	fmt.Printf("engine %+v\n", version)
	client.CloseIdleConnections()
	var state wire.State
	if err := session.Ask(ctx, wire.Header{Do: wire.Status}, &state); err != nil {
		return err
	}
	fmt.Printf("status %+v\n", state)
	if c.run != "" || c.shell {
		return c.terminal(ctx, session)
	}
	return nil
}

func (c *check) terminal(ctx context.Context, session *wire.Session) error {
	stream, err := session.Begin(ctx, wire.Header{Do: wire.Shell, Rows: 50, Cols: 160})
	if err != nil {
		return err
	}
	defer func() { _ = stream.Close() }()
	if c.run != "" {
		if _, err := io.WriteString(stream, c.run+"\nexit\n"); err != nil {
			return err
		}
	}
	if c.shell {
		go func() { _, _ = io.Copy(stream, os.Stdin) }()
	}
	_, err = io.Copy(os.Stdout, stream)
	return err
}

// shutDown ends the guest and looks at what it leaves.
func (c *check) shutDown(ctx context.Context, session *wire.Session, ended <-chan error) error {
	began := time.Now()
	var answer wire.Answer
	if err := session.Ask(ctx, wire.ShutdownIn(10*time.Second), &answer); err != nil {
		return err
	}
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("QEMU: %w", err)
		}
	case <-time.After(time.Minute):
		return errors.New("the guest does not end")
	}
	fmt.Printf("ended in %d ms\n", time.Since(began).Milliseconds())
	return wholeDisk(filepath.Join(c.work, "data.img"))
}

// wholeDisk reads whether the file system was unmounted.
func wholeDisk(file string) error {
	f, err := os.Open(file) //nolint:gosec // our own
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	var super [1024]byte
	if _, err := f.ReadAt(super[:], 1024); err != nil {
		return err
	}
	const clean, needsRecovery = 1, 4
	if super[0x3A]&clean == 0 || super[0x60]&needsRecovery != 0 {
		return errors.New("the data disk was not unmounted")
	}
	fmt.Println("the data disk was unmounted")
	return nil
}

func (c *check) showConsole() {
	console, err := os.ReadFile(filepath.Join(c.work, "console.log"))
	if err != nil {
		return
	}
	lines := bufio.NewScanner(bytes.NewReader(console[max(0, len(console)-4000):]))
	for lines.Scan() {
		fmt.Fprintln(os.Stderr, "console:", lines.Text())
	}
}
