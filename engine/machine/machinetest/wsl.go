package machinetest

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
)

// What wsl.exe ends with when it failed.
const failed = 255

// windows is a process that plays wsl.exe.
type windows struct {
	plan WindowsPlan
	dir  string
	all  map[string]string // folders of distributions
}

// playWSL plays wsl.exe.
func playWSL(args []string) int {
	w := &windows{dir: os.Getenv(windowsVariable)}
	data, err := os.ReadFile(filepath.Join(w.dir, planFile)) //nolint:gosec // a test's
	if err == nil {
		err = json.Unmarshal(data, &w.plan)
	}
	if err == nil {
		w.all, err = readRegistry(w.dir)
	}
	if err != nil {
		return complain(err)
	}
	if w.plan.Lingers {
		w.linger()
	}
	if calls, err := os.OpenFile(filepath.Join(w.dir, "calls"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err == nil { //nolint:gosec // a test's
		_, _ = fmt.Fprintln(calls, strings.Join(args, " "))
		_ = calls.Close()
	}
	switch {
	case w.plan.Missing:
		return w.fail("Le sous-système Windows pour Linux n’est pas installé. https://aka.ms/wslinstall")
	case w.plan.Component:
		return w.fail("WSL2 nécessite le composant facultatif.\r\nCode d’erreur : Wsl/WSL_E_WSL_OPTIONAL_COMPONENT_REQUIRED")
	}
	return w.do(args)
}

func (w *windows) do(args []string) int {
	switch args[0] {
	case "--version":
		return w.version()
	case "--status":
		if w.plan.Off {
			return w.say("Version par défaut : 2\r\nActivez la virtualisation : https://aka.ms/enablevirtualization")
		}
		return w.say("Version par défaut : 2")
	case "--list":
		if len(w.all) == 0 {
			return w.fail("Il n’y a aucune distribution installée.\r\nWsl/WSL_E_DEFAULT_DISTRO_NOT_FOUND")
		}
		var names []string
		for name := range w.all {
			names = append(names, name)
		}
		slices.Sort(names)
		return w.say(strings.Join(names, "\r\n"))
	case "--import":
		return w.install(args[1], args[2], args[3])
	case "--import-in-place":
		return w.register(args[1], filepath.Dir(args[2]))
	}
	if len(args) < 2 || w.all[args[1]] == "" {
		return w.fail("Il n’y a pas de distribution de ce nom.\r\nCode d’erreur : Wsl/Service/WSL_E_DISTRO_NOT_FOUND")
	}
	name, dir := args[1], w.all[args[1]]
	switch args[0] {
	case "--terminate":
		hand(dir, handKill)
		return 0
	case "--unregister":
		hand(dir, handKill)
		delete(w.all, name)
		if err := writeRegistry(w.dir, w.all); err != nil {
			return complain(err)
		}
		return done(os.RemoveAll(dir))
	case "--distribution":
		if len(args) < 9 || !slices.Equal(args[2:7], []string{"--user", "root", "--cd", "/", "--exec"}) {
			return w.fail("E_INVALIDARG")
		}
		return w.init(dir, args[7], args[8:])
	}
	return w.fail("E_INVALIDARG")
}

// linger starts a program that lives for a while and does nothing.
func (w *windows) linger() {
	if os.Getenv(lingerVariable) != "" {
		time.Sleep(lingerFor) //nolint:forbidigo // a process of its own, that nobody waits for
		os.Exit(0)
	}
	child := exec.Command(os.Args[0]) //nolint:gosec,noctx // this one
	child.Env = append(os.Environ(), lingerVariable+"=1")
	child.Stdout = os.Stdout
	if err := child.Start(); err != nil {
		os.Exit(complain(err))
	}
}

const (
	lingerVariable = "ESCALE_TEST_LINGERS"
	lingerFor      = 3 * time.Second
)

func done(err error) int {
	if err != nil {
		return complain(err)
	}
	return 0
}

func (w *windows) version() int {
	if w.plan.Inbox {
		return w.fail("Option de ligne de commande non valide : --version")
	}
	number := w.plan.Version
	if number == "" {
		number = "2.6.3.0"
	}
	return w.say("Version WSL : " + number + "\r\nVersion du noyau : 6.6.87.2-1")
}

// install is an import.
func (w *windows) install(name, dir, root string) int {
	if w.plan.Off {
		return w.fail("Code d’erreur : Wsl/Service/RegisterDistro/CreateVm/HCS/HCS_E_HYPERV_NOT_INSTALLED")
	}
	if _, err := os.Stat(filepath.Join(dir, "ext4.vhdx")); err == nil || w.all[name] != "" { //nolint:gosec // a test's
		return w.fail("Code d’erreur : Wsl/Service/RegisterDistro/ERROR_ALREADY_EXISTS")
	}
	content, err := os.ReadFile(root) //nolint:gosec // a test's
	if err == nil {
		err = os.MkdirAll(dir, 0o700) //nolint:gosec // a test's
	}
	if err != nil {
		return complain(err)
	}
	disk := Disk{Root: string(content)}
	if w.plan.HalfWay {
		disk.Root = "half"
	}
	if err := disk.write(filepath.Join(dir, "ext4.vhdx")); err != nil {
		return complain(err)
	}
	if code := w.register(name, dir); code != 0 || !w.plan.HalfWay {
		return code
	}
	return w.fail("Code d’erreur : Wsl/Service/RegisterDistro/E_UNEXPECTED")
}

func (w *windows) register(name, dir string) int {
	w.all[name] = dir
	return done(writeRegistry(w.dir, w.all))
}

// init is the guest's own program in the distribution.
func (w *windows) init(dir, path string, words []string) int {
	file := filepath.Join(dir, "ext4.vhdx")
	disk, err := readDisk(file)
	if err != nil {
		return w.fail("Code d’erreur : Wsl/Service/CreateInstance/MountDisk/ERROR_FILE_NOT_FOUND")
	}
	from := disk.Root
	if path == "/.escale-init" {
		from = disk.Spare
	}
	if from == "" || from == w.plan.Broken {
		return w.fail("<3>WSL ERROR: CreateProcessCommon:735: execvpe(" + path + ") failed")
	}
	switch words[0] {
	case "mux":
		return w.mux(dir, words[1:])
	case "end":
		if plan, err := readPlan(filepath.Dir(dir)); err == nil && !plan.DeafButton {
			hand(dir, handEnd)
		}
		return 0
	case "update":
		root, err := io.ReadAll(os.Stdin)
		if err != nil {
			return complain(err)
		}
		if w.plan.NoUpdate {
			fmt.Fprintln(os.Stderr, "escale: update: no space left on device")
			return 1
		}
		disk.Root, disk.Updates, disk.Spare = string(root), disk.Updates+1, from
		return done(disk.write(file))
	}
	return 2
}

// mux plays the guest at the program's input and output.
func (w *windows) mux(dir string, words []string) int {
	v := &vm{began: time.Now(), accel: "wsl", dir: filepath.Dir(dir), console: os.Stderr, off: func() { os.Exit(0) }}
	var err error
	if v.plan, err = readPlan(v.dir); err == nil {
		err = listenForHands(dir)
	}
	if err != nil {
		return complain(err)
	}
	if v.plan.Refuse != "" {
		return w.fail(v.plan.Refuse)
	}
	fmt.Fprintln(os.Stderr, "escale: init plays", strings.Join(words, " "))
	v.gate = newGate(stdio{os.Stdin, os.Stdout})
	v.guest()
	select {} // it was silent
}

// What reaches who plays the guest of a distribution.
const (
	handKill = "kill"
	handEnd  = "end"
)

// hand reaches them, if there is one, by a port of the loopback: numbers of
// processes are given anew.
func hand(dir, word string) {
	address, err := os.ReadFile(filepath.Join(dir, "hand")) //nolint:gosec // a test's
	if err != nil {
		return
	}
	conn, err := net.Dial("tcp", string(address)) //nolint:noctx // plays
	if err != nil {
		return
	}
	_, _ = io.WriteString(conn, word)
	_ = conn.Close()
}

// listenForHands takes what hand says.
func listenForHands(dir string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // plays
	if err != nil {
		return err
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			switch word, _ := io.ReadAll(conn); string(word) {
			case handKill:
				os.Exit(9)
			case handEnd:
				os.Exit(0)
			}
		}
	}()
	return os.WriteFile(filepath.Join(dir, "hand"), []byte(listener.Addr().String()), 0o600)
}

// say says something as wsl.exe does: in UTF-16, unless it is asked for UTF-8.
func (w *windows) say(text string) int {
	text += "\r\n"
	if os.Getenv("WSL_UTF8") == "1" && !w.plan.UTF16 {
		_, _ = io.WriteString(os.Stdout, text)
		return 0
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		_ = binary.Write(os.Stdout, binary.LittleEndian, unit)
	}
	return 0
}

func (w *windows) fail(text string) int {
	w.say(text)
	return failed
}

// stdio is a connection of a program's input and output.
type stdio struct{ in, out *os.File }

func (s stdio) Read(p []byte) (int, error)     { return s.in.Read(p) }
func (s stdio) Write(p []byte) (int, error)    { return s.out.Write(p) }
func (s stdio) Close() error                   { return s.out.Close() }
func (stdio) LocalAddr() net.Addr              { return nil }
func (stdio) RemoteAddr() net.Addr             { return nil }
func (stdio) SetDeadline(time.Time) error      { return os.ErrNoDeadline }
func (stdio) SetReadDeadline(time.Time) error  { return os.ErrNoDeadline }
func (stdio) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }
