// Command escale-machine runs the Escale Machine: `escale-machine serve` is the
// helper that supervises the virtual machines, which the other commands, like
// Escale itself, start when it is needed and ask over its control socket.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"escale/engine/machine"
	"escale/engine/machine/virtiofs"
)

// version is set by the linker.
var version = "dev"

const usage = `escale-machine runs the Escale Machine: a container engine in a small Linux of its own.

  escale-machine start    [--name N] [--cpus N] [--memory MiB] [--disk GiB] [--throwaway [--lifetime 1h]]
                          [--host-port N]… [--mirror URL]… [--insecure-registry HOST[:PORT]]…
  escale-machine stop     [--name N] [--kill]
  escale-machine status   [--name N] [--json]
  escale-machine list     [--json]                  every machine, and what it takes
  escale-machine logs     [--name N] [--follow] [console|dockerd|helper]
  escale-machine share    [--name N] [list]         the folders that containers may mount
  escale-machine share    [--name N] [--read-only] add FOLDER
  escale-machine share    [--name N] remove FOLDER
  escale-machine shell    [--name N]                a root shell beside the engine, for finding faults
  escale-machine update   [--name N] [--without-copy]
                                                    uses the guest that came with the app, though it failed before
  escale-machine rollback [--name N] [--restore-data | --force]
                                                    goes back to the guest of before the last update
  escale-machine move     [--name N] FOLDER         moves the data to a folder on another disk; "" is its home
  escale-machine backup   [--name N] [--overwrite] FILE
                                                    writes the data to a file, a tar archive in zstd
  escale-machine restore  [--name N] --yes FILE     replaces the data by a backup's
  escale-machine reset    [--name N] --yes          removes every image, container and volume of it; without --yes, lists them
  escale-machine serve                              the helper; the others start it

ESCALE_MACHINE_HOME is where machines live, ESCALE_GUEST where the guest's image is,
ESCALE_MACHINE_DRIVER what runs them: qemu, vfkit or wsl.
`

func main() {
	virtiofs.Main()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "escale-machine:", err)
		os.Exit(1)
	}
}

// options are what the commands take.
type options struct {
	name                 string
	json, follow         bool
	kill, yes, readOnly  bool
	throwaway            bool
	lifetime             time.Duration
	rollback             machine.RollbackOptions
	update               machine.UpdateOptions
	overwrite            bool
	cpus, memory, diskGB int
	hostPorts            []int
	mirrors, insecure    []string
	rest                 []string
}

// command is one of the commands that ask the helper.
type command func(ctx context.Context, c *client, o options) error

// client is a helper to ask, and where to say what it answers.
type client struct {
	*machine.Client
	home machine.Home
	in   *os.File
	out  io.Writer
}

// say writes to the user, who may have gone.
func (c *client) say(format string, args ...any) { _, _ = fmt.Fprintf(c.out, format, args...) }

func run(ctx context.Context, args []string, in *os.File, out, complaints io.Writer) error {
	c := &client{in: in, out: out}
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		c.say(usage)
		return nil
	}
	if args[0] == "--version" || args[0] == "version" {
		c.say("%s\n", version)
		return nil
	}
	home, err := machine.LocateHome()
	if err != nil {
		return err
	}
	if args[0] == "serve" {
		return serve(ctx, home)
	}
	do, known := map[string]command{
		"start": start, "stop": stop, "status": status, "logs": logs, "shell": shell, "reset": reset,
		"list": list, "update": update, "rollback": rollback, "move": move, "backup": backup, "restore": restore,
		"share": share,
	}[args[0]]
	if !known {
		return fmt.Errorf("there is no command %q\n\n%s", args[0], usage)
	}
	o, err := parse(args[0], args[1:], complaints)
	if err != nil {
		return err
	}
	c.Client, c.home = machine.NewClient(home), home
	defer c.Close()
	return do(ctx, c, o)
}

func appendTo(list *[]string) func(string) error {
	return func(text string) error {
		*list = append(*list, text)
		return nil
	}
}

func parse(name string, args []string, complaints io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(complaints)
	flags.StringVar(&o.name, "name", machine.DefaultName, "the machine")
	o.accept(flags, name)
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	o.rest = flags.Args()
	least, most := words(name)
	if len(o.rest) > most {
		return options{}, fmt.Errorf("%s does not take %q", name, o.rest)
	}
	if len(o.rest) < least {
		return options{}, fmt.Errorf("%s needs a file or a folder\n\n%s", name, usage)
	}
	if !machine.ValidName(o.name) {
		return options{}, fmt.Errorf("a machine cannot be called %q", o.name)
	}
	return o, nil
}

// accept says which options a command has.
func (o *options) accept(flags *flag.FlagSet, name string) {
	switch name {
	case "start":
		flags.IntVar(&o.cpus, "cpus", 0, "processors")
		flags.IntVar(&o.memory, "memory", 0, "memory in MiB")
		flags.IntVar(&o.diskGB, "disk", 0, "limit of the disk in GiB")
		flags.BoolVar(&o.throwaway, "throwaway", false, "nothing of it is kept when it ends")
		flags.DurationVar(&o.lifetime, "lifetime", 0, "a throwaway machine ends after that")
		flags.Func("host-port", "port of this computer's loopback that containers reach as host.docker.internal", func(text string) error {
			port, err := strconv.Atoi(text)
			o.hostPorts = append(o.hostPorts, port)
			return err
		})
		flags.Func("mirror", "asked for images before Docker Hub", appendTo(&o.mirrors))
		flags.Func("insecure-registry", "registry used without TLS", appendTo(&o.insecure))
	case "stop":
		flags.BoolVar(&o.kill, "kill", false, "pull the plug")
	case "status", "list":
		flags.BoolVar(&o.json, "json", false, "as JSON")
	case "logs":
		flags.BoolVar(&o.follow, "follow", false, "go on with what comes")
	case "share":
		flags.BoolVar(&o.readOnly, "read-only", false, "containers cannot change what is in it")
	case "reset", "restore":
		flags.BoolVar(&o.yes, "yes", false, "I know what goes")
	case "update":
		flags.BoolVar(&o.update.WithoutCopy, "without-copy", false, "keep no copy of the data of before")
	case "rollback":
		flags.BoolVar(&o.rollback.RestoreData, "restore-data", false, "go back to the data of before, too")
		flags.BoolVar(&o.rollback.Force, "force", false, "let the older engine open the newer data")
	case "backup":
		flags.BoolVar(&o.overwrite, "overwrite", false, "replace the file")
	}
}

// words says how many a command takes besides its options.
func words(name string) (least, most int) {
	switch name {
	case "logs":
		return 0, 1
	case "share":
		return 0, 2
	case "move", "backup", "restore":
		return 1, 1
	default:
		return 0, 0
	}
}
