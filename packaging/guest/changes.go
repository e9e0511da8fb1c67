//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// change is a file of a module that is built otherwise than it was published.
// There are as few as can be: each stands in the manifest, and each is a reason
// to look again at every new version.
type change struct {
	module, file string
	why          string
	edits        []edit
}

// edit replaces a text that the file has exactly once.
type edit struct{ old, new string }

// lateAuthority has BuildKit make the authority of its proxy for builds when the
// first build asks for that proxy. It made a key of RSA at each start of the
// engine, before the engine answered: a tenth of a second of a fast processor,
// one to three of an emulated one.
var lateAuthority = change{
	module: "github.com/moby/buildkit", file: "util/network/proxyprovider/provider_linux.go",
	why: "the authority of the proxy for builds is made when the first build asks for it",
	edits: []edit{
		{"\tcertPEM, ca, key, err := newCA()\n\tif err != nil {\n\t\treturn nil, err\n\t}\n", ""},
		{"\t\tcaPEM:                certPEM,\n\t\tca:                   ca,\n\t\tcaKey:                key,\n", ""},
		{
			"\tcaKey *rsa.PrivateKey\n\n",
			"\tcaKey *rsa.PrivateKey\n\tcaMade sync.Once\n\tcaErr error\n\n",
		},
		{
			"func newCA() (",
			"func (p *provider) makeCA() error {\n" +
				"\tp.caMade.Do(func() { p.caPEM, p.ca, p.caKey, p.caErr = newCA() })\n\treturn p.caErr\n}\n\nfunc newCA() (",
		},
		{
			"\treturn n.provider.caPEM\n",
			"\tif err := n.provider.makeCA(); err != nil {\n\t\treturn nil\n\t}\n\treturn n.provider.caPEM\n",
		},
		{
			"\tder, err := x509.CreateCertificate(rand.Reader, tmpl, p.ca, &key.PublicKey, p.caKey)\n",
			"\tif err := p.makeCA(); err != nil {\n\t\treturn nil, err\n\t}\n" +
				"\tder, err := x509.CreateCertificate(rand.Reader, tmpl, p.ca, &key.PublicKey, p.caKey)\n",
		},
	},
}

// told is what a manifest says of a change.
func told(c change) string { return "in " + c.module + ", " + c.file + ": " + c.why }

// apply makes the changed text. A version in which a place is not there any more,
// or is there twice, is not built.
func (c change) apply(text string) (string, error) {
	for _, e := range c.edits {
		if n := strings.Count(text, e.old); n != 1 {
			return "", fmt.Errorf("%s/%s has %d times what is to be changed, not once: %.60q", c.module, c.file, n, e.old)
		}
		text = strings.Replace(text, e.old, e.new, 1)
	}
	return text, nil
}

// changed copies a program's module into a folder, and beside it those that it
// needs otherwise than they were published: the compiler takes these from there.
// The folder's own name is in nothing that is built.
func changed(ctx context.Context, module, work string, changes []change) error {
	if err := os.CopyFS(work, os.DirFS(module)); err != nil {
		return fmt.Errorf("change: %w", err)
	}
	for _, c := range changes {
		at, err := published(ctx, work, c.module)
		if err != nil {
			return err
		}
		beside := "changed/" + path.Base(c.module)
		if err := os.CopyFS(filepath.Join(work, beside), os.DirFS(at)); err != nil {
			return fmt.Errorf("change: %w", err)
		}
		file := filepath.Join(work, beside, filepath.FromSlash(c.file))
		text, err := os.ReadFile(file) //nolint:gosec // a copy of the module, which was verified
		if err != nil {
			return fmt.Errorf("change: %w", err)
		}
		edited, err := c.apply(string(text))
		if err != nil {
			return fmt.Errorf("change: %w", err)
		}
		if err := os.WriteFile(file, []byte(edited), 0o600); err != nil { //nolint:gosec // the copy
			return fmt.Errorf("change: %w", err)
		}
		if _, err := goTool(ctx, work, nil, "mod", "edit", "-replace", c.module+"=./"+beside); err != nil {
			return err
		}
	}
	return nil
}

// published is the folder of a module in the version that a program needs, which
// is fetched and verified where it is not there yet.
func published(ctx context.Context, program, module string) (string, error) {
	said, err := goTool(ctx, program, nil, "mod", "download", "-json", module)
	if err != nil {
		return "", err
	}
	var got struct{ Dir string }
	if err := json.Unmarshal([]byte(said), &got); err != nil {
		return "", fmt.Errorf("find module %s: %w", module, err)
	}
	if got.Dir == "" {
		return "", fmt.Errorf("find module %s: %.200q", module, said)
	}
	return got.Dir, nil
}
