package main

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// bom is a bill of materials in CycloneDX's form, as far as we fill it in.
//
// Source: https://cyclonedx.org/docs/1.5/json/
type bom struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Serial     string      `json:"serialNumber"`
	Version    int         `json:"version"`
	Metadata   bomMetadata `json:"metadata"`
	Components []component `json:"components"`
}

type bomMetadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Type     string     `json:"type"`
	Ref      string     `json:"bom-ref,omitempty"`
	Name     string     `json:"name"`
	Version  string     `json:"version,omitempty"`
	PURL     string     `json:"purl,omitempty"`
	Hashes   []bomHash  `json:"hashes,omitempty"`
	Licences []licence  `json:"licenses,omitempty"`
	More     []property `json:"properties,omitempty"`
}

type bomHash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type licence struct {
	// Expression is of SPDX; Named is in words, where it is none.
	Expression string `json:"expression,omitempty"`
	Named      *named `json:"license,omitempty"`
}

type named struct {
	Name string `json:"name"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// bill lists what is in the programs, by what their linker noted, and in the
// guest, by its manifest; manifest is "" where no guest comes along.
func (m *maker) bill(p programs, manifest string) (bom, error) {
	b := bom{Format: "CycloneDX", Spec: "1.5", Version: 1, Components: []component{}}
	b.Metadata = bomMetadata{m.app.Released.Format(time.RFC3339), component{
		Type: "application", Ref: m.app.ID, Name: m.app.Name, Version: m.app.Version, Licences: []licence{{Expression: "Apache-2.0"}},
	}}
	modules := map[string]*component{}
	for _, file := range []string{p.app, p.helper} {
		if err := addModules(modules, file); err != nil {
			return b, err
		}
	}
	for _, c := range modules {
		b.Components = append(b.Components, *c)
	}
	if manifest != "" {
		parts, err := guestParts(manifest)
		if err != nil {
			return b, err
		}
		b.Components = append(b.Components, parts...)
	}
	slices.SortFunc(b.Components, func(a, b component) int { return strings.Compare(a.Ref, b.Ref) })
	text, err := json.Marshal(b)
	if err != nil {
		return b, fmt.Errorf("write bill of materials: %w", err)
	}
	b.Serial = "urn:uuid:" + guid(string(text)) // it is of what it is about, not of chance
	return b, nil
}

// addModules adds the modules that are in a program.
func addModules(to map[string]*component, file string) error {
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read modules of %s: %w", filepath.Base(file), err)
	}
	program := strings.TrimSuffix(filepath.Base(file), ".exe")
	add := func(path, version string) {
		purl := "pkg:golang/" + path + "@" + version
		c := to[purl]
		if c == nil {
			c = &component{Type: "library", Ref: purl, Name: path, Version: version, PURL: purl}
			to[purl] = c
		}
		c.More = append(c.More, property{"escale:in", program})
	}
	add("std", strings.TrimPrefix(info.GoVersion, "go"))
	for _, d := range info.Deps {
		if d.Replace != nil {
			d = d.Replace
		}
		add(d.Path, d.Version)
	}
	return nil
}

// guestParts are the parts that a guest's manifest names.
func guestParts(manifest string) ([]component, error) {
	text, err := os.ReadFile(manifest) //nolint:gosec // the tree's own
	if err != nil {
		return nil, fmt.Errorf("read the guest's parts: %w", err)
	}
	var guest struct {
		Parts []struct{ Name, Version, Licence, Source, SHA256 string }
	}
	if err := json.Unmarshal(text, &guest); err != nil {
		return nil, fmt.Errorf("read the guest's parts: %w", err)
	}
	var parts []component
	for _, p := range guest.Parts {
		c := component{
			Type: "application", Ref: "guest/" + p.Name + "@" + p.Version, Name: p.Name, Version: p.Version,
			Hashes: []bomHash{{"SHA-256", p.SHA256}}, Licences: []licence{{Expression: p.Licence}},
			More: []property{{"escale:in", "guest"}, {"escale:source", p.Source}},
		}
		if strings.Contains(p.Licence, ",") || strings.HasPrefix(p.Licence, "as ") {
			c.Licences = []licence{{Named: &named{p.Licence}}}
		}
		if strings.HasPrefix(p.Source, "Debian ") {
			c.PURL = "pkg:deb/debian/" + url.PathEscape(p.Name) + "@" + url.QueryEscape(p.Version)
		}
		parts = append(parts, c)
	}
	return parts, nil
}

// writeBill writes what is in a system's programs and in its guest.
func (m *maker) writeBill(p programs, t target, g guest) error {
	b, err := m.bill(p, g.manifest)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return fmt.Errorf("write bill of materials: %w", err)
	}
	file := m.place("escale-" + m.app.Version + "-" + t.String() + ".cdx.json")
	m.report.hand(file, 0)
	return writeFile(file, append(text, '\n'))
}
