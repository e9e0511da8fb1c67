package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"time"
)

// appInfo is what all packages are made from.
type appInfo struct {
	Name, ID, Version string
	Released          time.Time // the commit's, which is all that is known of time
}

var versionRule = regexp.MustCompile(`^\d{1,3}\.\d{1,3}\.\d{1,4}$`)

// readApp reads FyneApp.toml, the one place that states the version.
func readApp(ctx context.Context, dir string) (appInfo, error) {
	text, err := os.ReadFile(filepath.Join(dir, "FyneApp.toml")) //nolint:gosec // the tree's own
	if err != nil {
		return appInfo{}, fmt.Errorf("read version: %w", err)
	}
	values := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, "="); ok {
			values[strings.TrimSpace(name)] = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	app := appInfo{Name: values["Name"], ID: values["ID"], Version: values["Version"]}
	if app.Name == "" || app.ID == "" || !versionRule.MatchString(app.Version) {
		return app, fmt.Errorf("FyneApp.toml names %q, %q, version %q: three numbers are needed", app.Name, app.ID, app.Version)
	}
	app.Released, err = epoch(ctx, dir)
	return app, err
}

// epoch is SOURCE_DATE_EPOCH, or when the last commit was made.
//
// Source: https://reproducible-builds.org/specs/source-date-epoch/
func epoch(ctx context.Context, dir string) (time.Time, error) {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	if text == "" {
		out, err := exec.CommandContext(ctx, "git", "-C", dir, "log", "-1", "--format=%ct").Output() //nolint:gosec // fixed
		if err != nil {
			return time.Time{}, fmt.Errorf("read the last commit's date: %w", err)
		}
		text = string(out)
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("read SOURCE_DATE_EPOCH: %w", err)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// checkAddress says what is wrong with an address for guests; "" is none.
func checkAddress(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || !strings.HasSuffix(u.Path, "/") {
		return fmt.Errorf("--guest-url %q: it must begin with https:// and end with /", address)
	}
	return nil
}

// Date is the day of the release, as files for people write it.
func (a appInfo) Date() string { return a.Released.Format(time.DateOnly) }

// Dotted is the version in four numbers, as Windows writes it.
func (a appInfo) Dotted() string { return a.Version + ".0" }

// write fills in a template. Its function xml escapes.
func write(file, text string, values any) error {
	t, err := template.New(filepath.Base(file)).Option("missingkey=error").Funcs(template.FuncMap{"xml": escape}).Parse(text)
	if err != nil {
		return fmt.Errorf("read template of %s: %w", file, err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, values); err != nil {
		return fmt.Errorf("fill in %s: %w", file, err)
	}
	return writeFile(file, out.Bytes())
}

func escape(text string) (string, error) {
	var out bytes.Buffer
	err := xml.EscapeText(&out, []byte(text))
	return out.String(), err
}

// writeFile writes a public file, and the folders that it is in.
func writeFile(file string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // public
		return fmt.Errorf("write %s: %w", file, err)
	}
	if err := os.WriteFile(file, content, 0o644); err != nil { //nolint:gosec // public
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}

// copyFile copies a file to a public one.
func copyFile(from, to string) error {
	content, err := os.ReadFile(from) //nolint:gosec // the tree's own, or just made
	if err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	return writeFile(to, content)
}
