package debs

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Other is apt for another release or architecture of Debian, from the mirrors
// that this computer's own apt uses. What it reads is kept in dir, which must be
// absolute; its lists are read again once they are a week old.
func Other(ctx context.Context, dir, release, arch string) (Apt, error) {
	own, err := ownRelease()
	if err != nil {
		return Apt{}, err
	}
	sources, err := ownSources()
	if err != nil {
		return Apt{}, err
	}
	lines := translate(sources, own, release)
	if len(lines) == 0 {
		return Apt{}, fmt.Errorf("find %s: %w", release, errNoMirror)
	}
	for _, sub := range []string{"lists/partial", "cache/archives/partial"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil { //nolint:gosec // public files
			return Apt{}, fmt.Errorf("make apt folder: %w", err)
		}
	}
	a := Apt{config: filepath.Join(dir, "apt.conf")}
	for name, content := range map[string]string{
		"sources.list": strings.Join(lines, "\n") + "\n",
		"status":       "", // as if nothing were installed
		"apt.conf":     config(dir, arch),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil { //nolint:gosec // public files
			return Apt{}, fmt.Errorf("write apt folder: %w", err)
		}
	}
	return a, a.refresh(ctx, filepath.Join(dir, "refreshed"), strings.Join(lines, "\n"))
}

// Same is Other for this computer's own release.
func Same(ctx context.Context, dir, arch string) (Apt, error) {
	own, err := ownRelease()
	if err != nil {
		return Apt{}, err
	}
	return Other(ctx, dir, own, arch)
}

var errNoMirror = errors.New("this computer's apt knows no mirror of Debian")

func config(dir, arch string) string {
	return fmt.Sprintf(`Dir::Etc::SourceList "%[1]s/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State "%[1]s";
Dir::State::Lists "%[1]s/lists";
Dir::State::Status "%[1]s/status";
Dir::Cache "%[1]s/cache";
APT::Architecture "%[2]s";
APT::Architectures { "%[2]s"; };
Acquire::Languages "none";
`, dir, arch)
}

func (a Apt) refresh(ctx context.Context, stamp, sources string) error {
	const fresh = 7 * 24 * time.Hour
	info, err := os.Stat(stamp)
	before, _ := os.ReadFile(stamp) //nolint:gosec // beside the lists
	if err == nil && time.Since(info.ModTime()) < fresh && string(before) == sources {
		return nil
	}
	if err := a.Update(ctx); err != nil {
		return fmt.Errorf("read package lists: %w", err)
	}
	return os.WriteFile(stamp, []byte(sources), 0o644) //nolint:gosec // public
}

func ownRelease() (string, error) {
	file, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return "", fmt.Errorf("find this computer's release: %w", err)
	}
	for line := range strings.Lines(string(file)) {
		if name, ok := strings.CutPrefix(line, "VERSION_CODENAME="); ok {
			return strings.Trim(strings.TrimSpace(name), `"`), nil
		}
	}
	return "", errors.New("find this computer's release: it has no code name")
}

// source is one line of apt's configuration.
type source struct{ uri, suite, components, key string }

func ownSources() ([]source, error) {
	files, err := filepath.Glob("/etc/apt/sources.list.d/*")
	if err != nil {
		return nil, fmt.Errorf("read apt's sources: %w", err)
	}
	var all []source
	for _, file := range append([]string{"/etc/apt/sources.list"}, files...) {
		content, err := os.ReadFile(file) //nolint:gosec // apt's configuration
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read apt's sources: %w", err)
		}
		switch filepath.Ext(file) {
		case ".list":
			all = append(all, readList(content)...)
		case ".sources":
			all = append(all, readStanzas(content)...)
		}
	}
	return all, nil
}

// readList reads lines of "deb [signed-by=KEY] URI SUITE COMPONENTS...".
func readList(content []byte) []source {
	var all []source
	for lines := bufio.NewScanner(bytes.NewReader(content)); lines.Scan(); {
		rest, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "deb ")
		if !ok {
			continue
		}
		var s source
		if options, after, ok := strings.Cut(strings.TrimSpace(rest), "]"); ok && strings.HasPrefix(options, "[") {
			rest = after
			for option := range strings.FieldsSeq(options[1:]) {
				if key, ok := strings.CutPrefix(option, "signed-by="); ok {
					s.key = key
				}
			}
		}
		if fields := strings.Fields(rest); len(fields) > 2 {
			s.uri, s.suite, s.components = fields[0], fields[1], strings.Join(fields[2:], " ")
			all = append(all, s)
		}
	}
	return all
}

// readStanzas reads the "Key: value" form. Of keys only files count.
func readStanzas(content []byte) []source {
	var all []source
	for stanza := range strings.SplitSeq(string(content), "\n\n") {
		fields := map[string]string{}
		for line := range strings.Lines(stanza) {
			if key, value, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, "#") {
				fields[key] = strings.TrimSpace(value)
			}
		}
		if !slices.Contains(strings.Fields(fields["Types"]), "deb") || fields["Enabled"] == "no" {
			continue
		}
		key := fields["Signed-By"]
		if !strings.HasPrefix(key, "/") {
			key = ""
		}
		for uri := range strings.FieldsSeq(fields["URIs"]) {
			for suite := range strings.FieldsSeq(fields["Suites"]) {
				all = append(all, source{uri, suite, fields["Components"], key})
			}
		}
	}
	return all
}

// translate makes the lines that bring another release from the same mirrors.
// Only what is the computer's own release counts: other people's repositories
// have other suites.
func translate(sources []source, own, wanted string) []string {
	var lines []string
	for _, s := range sources {
		suffix, ok := strings.CutPrefix(s.suite, own)
		if !ok || suffix != "" && suffix != "-updates" && suffix != "-security" {
			continue
		}
		if !slices.Contains(strings.Fields(s.components), "main") {
			continue
		}
		option := ""
		if s.key != "" {
			option = "[signed-by=" + s.key + "] "
		}
		lines = append(lines, fmt.Sprintf("deb %s%s %s%s main", option, s.uri, wanted, suffix))
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// Package is what apt knows of one.
type Package struct{ Name, Version, Source, Depends, SHA256 string }

// Find gives the newest version of each package, in the order of the names.
func (a Apt) Find(ctx context.Context, names []string) ([]Package, error) {
	words := append(a.command("apt-cache"), "--no-all-versions", "show", "--")
	cmd := exec.CommandContext(ctx, words[0], append(words[1:], names...)...) //nolint:gosec // fixed commands of this program
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("find packages: %w", err)
	}
	found := map[string]Package{}
	for stanza := range strings.SplitSeq(string(out), "\n\n") {
		if p := readPackage(stanza); p.Name != "" {
			found[p.Name] = p
		}
	}
	all := make([]Package, 0, len(names))
	for _, name := range names {
		p, ok := found[name]
		if !ok {
			return nil, fmt.Errorf("find package %s: %w", name, os.ErrNotExist)
		}
		all = append(all, p)
	}
	return all, nil
}

func readPackage(stanza string) Package {
	var p Package
	for line := range strings.Lines(stanza) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch key {
		case "Package":
			p.Name = value
		case "Version":
			p.Version = value
		case "Source":
			p.Source, _, _ = strings.Cut(value, " ")
		case "Depends":
			p.Depends = value
		case "SHA256":
			p.SHA256 = value
		}
	}
	if p.Source == "" {
		p.Source = p.Name
	}
	return p
}
