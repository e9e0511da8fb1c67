//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"escale/views/say"
)

// TestCommandDoesTheSame presses Run, and pastes the line of the run sheet into a
// shell: both make the same container, on the engine that is in use.
func TestCommandDoesTheSame(t *testing.T) {
	for name, tc := range map[string]struct {
		start options
		line  string // how the line begins
	}{
		"on docker's own engine": {options{}, "docker run "},
		"on a chosen context": {options{
			contexts: map[string]string{"east": place.docker}, prefs: map[string]any{"engine": "context:east"},
		}, "docker --context east run "},
	} {
		t.Run(name, func(t *testing.T) { runAndPaste(t, tc.start, tc.line) })
	}
}

func runAndPaste(t *testing.T, start options, begin string) {
	t.Helper()
	say.SetLanguage("en")
	emptyEngine(t)
	docker(t, "pull", "-q", "nginx")
	d := sit(t, start)
	d.read(say.L("pill.ready"), 15*time.Second)
	d.clickNear("nginx", say.L("action.run"))
	d.steady("the Run button", button(say.L("action.run")), 10*time.Second)
	d.click(say.L("run.env.add"))
	d.clickOn(d.steady("the variable", input(say.L("run.env.name")), 5*time.Second))
	d.write("GREETING")
	d.press("Tab")
	d.write("it's $HOME & \"more\"")
	d.click(say.L("action.copy"))
	line := d.clipboard(begin)
	d.click(say.L("action.run"))
	clicked := madeBy(t, func() { d.read(say.L("run.done.title", "Name", "hello-nginx"), time.Minute) })
	pasted := madeBy(t, func() { d.shell(line) })
	if !reflect.DeepEqual(pasted, clicked) {
		t.Errorf("the line makes\n%v\nand the button\n%v", pasted, clicked)
	}
}

// clipboard is what was copied last, and begins so.
func (d *desk) clipboard(begin string) string {
	d.t.Helper()
	var text string
	d.until("the copied line", 5*time.Second, func() bool {
		out, err := d.tool("xclip", "-selection", "clipboard", "-o")
		text = out
		return err == nil && strings.HasPrefix(out, begin)
	})
	return text
}

// shell runs a line as pasted into the terminal that the program was started
// from.
func (d *desk) shell(line string) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", line)
	cmd.Env = d.env
	if out, err := cmd.CombinedOutput(); err != nil {
		d.t.Fatalf("%s\n%v: %s", line, err, out)
	}
}

// madeBy returns what the user can choose of the container hello-nginx, and
// removes it with its volume.
func madeBy(t *testing.T, act func()) map[string]any {
	t.Helper()
	act()
	var all []struct {
		Name       string
		Config     map[string]any
		HostConfig map[string]any
		Mounts     []map[string]any
	}
	if err := json.Unmarshal([]byte(docker(t, "inspect", "hello-nginx")), &all); err != nil {
		t.Fatal(err)
	}
	docker(t, "rm", "-f", "hello-nginx")
	docker(t, "volume", "rm", "hello-nginx-data")
	made := map[string]any{"Name": all[0].Name}
	for _, key := range []string{"Image", "Env", "Cmd", "Entrypoint", "ExposedPorts", "Volumes", "Tty", "OpenStdin", "StdinOnce", "Labels", "User", "WorkingDir"} {
		made[key] = all[0].Config[key]
	}
	for _, key := range []string{"PortBindings", "RestartPolicy", "Memory", "NanoCpus", "NetworkMode", "AutoRemove", "Privileged"} {
		made[key] = all[0].HostConfig[key]
	}
	for _, mount := range all[0].Mounts {
		made["mount "+mount["Destination"].(string)] = []any{mount["Type"], mount["Name"], mount["RW"]}
	}
	return made
}
