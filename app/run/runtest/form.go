// Package runtest draws run forms for property tests.
package runtest

import (
	"strings"

	"pgregory.net/rapid"

	"escale/app/run"
	"escale/engine"
)

// DrawForm is a form as somebody may have left it: rows may be empty, repeat each other
// and hold secrets, folders and sockets, so that it need not be valid.
func DrawForm(t *rapid.T) run.Form {
	image := rapid.SampledFrom([]string{
		"nginx", "postgres:17", "mongo", "wordpress", "redis", "alpine", "ghcr.io/team/blog:2", "ada/app", "localhost:5000/x:1.0",
		"caddy@sha256:" + strings.Repeat("0a", 32),
	}).Draw(t, "image")
	f := run.Fill(image, nil, run.Facts{Networks: []string{"bridge", "web"}})
	text := rapid.StringMatching(`[ -~é€\n]{0,20}`)
	if rapid.Bool().Draw(t, "named") {
		f.SetName(rapid.StringMatching(`[a-z][a-z0-9_.-]{1,12}`).Draw(t, "name"))
	}
	for range rapid.IntRange(0, 4).Draw(t, "ports") {
		f.AddPort()
		row := len(f.Ports) - 1
		f.Ports[row].Protocol = rapid.SampledFrom([]string{"tcp", "udp", "sctp"}).Draw(t, "protocol")
		f.SetPort(row, rapid.SampledFrom([]string{"20001", "30002", "40003", "50004"}).Draw(t, "base"), rapid.StringMatching(`[1-9][0-9]{0,3}`).Draw(t, "inside"))
	}
	f.Public = rapid.Bool().Draw(t, "public")
	drawVolumes(t, &f)
	drawEnv(t, &f, text)
	f.Command = run.JoinWords(rapid.SliceOfN(text, 0, 4).Draw(t, "command"))
	f.Restart = rapid.SampledFrom([]engine.Restart{engine.RestartNo, engine.RestartOnFailure, engine.RestartUnlessStopped, engine.RestartAlways}).Draw(t, "restart")
	f.AutoRemove = f.Restart == engine.RestartNo && rapid.Bool().Draw(t, "remove")
	f.Memory = rapid.SampledFrom([]string{"", "512 MB", "1,5\u202fGo", "7m"}).Draw(t, "memory")
	f.CPUs = rapid.SampledFrom([]string{"", "1.5", "0,5"}).Draw(t, "cpus")
	f.Hostname = rapid.SampledFrom([]string{"", "db-1"}).Draw(t, "hostname")
	switch name := rapid.SampledFrom([]string{"", "web", "new-net", "host", "none"}).Draw(t, "network"); name {
	case "new-net":
		f.SetNewNetwork(name)
	default:
		f.SetNetwork(name)
	}
	f.SetTTY(rapid.Bool().Draw(t, "tty"))
	return f
}

func drawVolumes(t *rapid.T, f *run.Form) {
	for range rapid.IntRange(0, 3).Draw(t, "volumes") {
		f.AddVolume()
		row := len(f.Volumes) - 1
		source := rapid.SampledFrom([]string{"pages", "my-data", "/home/ada/site", `C:\Users\Ada\site`, "/var/run/docker.sock", "/run/docker.sock"}).Draw(t, "source")
		f.SetVolume(row, source, "/"+rapid.StringMatching(`[a-z ,:é]{0,8}[a-z]`).Draw(t, "target"))
		f.Volumes[row].ReadOnly = rapid.Bool().Draw(t, "readonly")
		f.Volumes[row].Words = rapid.SampledFrom([]string{"", "Your pictures"}).Draw(t, "words")
	}
}

func drawEnv(t *rapid.T, f *run.Form, text *rapid.Generator[string]) {
	for i := range f.Env {
		if rapid.Bool().Draw(t, "edit") {
			f.SetEnv(i, f.Env[i].Name, text.Draw(t, "value"))
		}
	}
	for range rapid.IntRange(0, 4).Draw(t, "env") {
		f.AddEnv()
		name := rapid.SampledFrom([]string{"A", "TITLE", "MAIL_TOKEN", "DB_PASSWORD", "é", "URL", "LOW.er"}).Draw(t, "variable")
		value := rapid.OneOf(text, rapid.SampledFrom([]string{"", "postgres://ada:enigma@db/app", "https://example.org/"})).Draw(t, "value")
		f.SetEnv(len(f.Env)-1, name, value)
	}
}
