// Command oscheck type-checks packages and all that they need for another
// system, cgo included, without that system's C compiler or SDK: what C has is
// taken as of an unknown type.
//
//	go run ./packaging/oscheck darwin/arm64 [windows/amd64 …]
//
// It finds what no longer fits for systems that this computer cannot build for.
// C code itself, and values that come from it, are beyond it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "oscheck: name systems, such as darwin/arm64")
		os.Exit(2)
	}
	failed := false
	for _, system := range os.Args[1:] {
		result, err := check(context.Background(), ".", system, "./...")
		for _, line := range result.wrong {
			fmt.Println(line)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "oscheck:", err)
		}
		fmt.Printf("%s: %d packages checked, %d of them with cgo, %d complaints\n", system, result.packages, result.cgo, len(result.wrong))
		failed = failed || err != nil || len(result.wrong) > 0
	}
	if failed {
		os.Exit(1)
	}
}

// result is what a check found.
type result struct {
	packages, cgo int
	wrong         []string // complaints about our own packages
}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Dir, Name string
	GoFiles, CgoFiles     []string
	ImportMap             map[string]string
	Standard, DepOnly     bool
	Module                *struct{ GoVersion string }
	Error                 *struct{ Err string }
}

// check type-checks the packages in dir that patterns name, for a system such as
// darwin/arm64.
func check(ctx context.Context, dir, system string, patterns ...string) (result, error) {
	goos, goarch, ok := strings.Cut(system, "/")
	if !ok || types.SizesFor("gc", goarch) == nil {
		return result{}, fmt.Errorf("there is no system %q", system)
	}
	cmd := exec.CommandContext(ctx, "go", append([]string{ //nolint:gosec // fixed
		"list", "-e", "-deps", "-json=ImportPath,Dir,Name,GoFiles,CgoFiles,ImportMap,Standard,DepOnly,Module,Error", "-tags", "release,migrated_fynedo",
	}, patterns...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=1", "CC=false")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return result{}, err
	}
	if err := cmd.Start(); err != nil {
		return result{}, fmt.Errorf("list packages: %w", err)
	}
	c := checker{arch: goarch, done: map[string]*types.Package{"unsafe": types.Unsafe}}
	for list := json.NewDecoder(out); ; {
		var p listed
		if err := list.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return c.result, errors.Join(fmt.Errorf("list packages: %w", err), cmd.Wait())
		}
		c.add(p)
	}
	if err := cmd.Wait(); err != nil {
		return c.result, fmt.Errorf("list packages: %w", err)
	}
	if c.packages == 0 {
		return c.result, errors.New("no package was checked")
	}
	return c.result, nil
}

// checker checks packages in the order of what they need.
type checker struct {
	result
	arch string
	done map[string]*types.Package
}

// most complaints about one package that are told.
const most = 5

func (c *checker) add(p listed) {
	if p.Error != nil && !p.DepOnly {
		c.wrong = append(c.wrong, p.ImportPath+": "+p.Error.Err)
	}
	if p.ImportPath == "unsafe" || p.Name == "" || p.Error != nil {
		return
	}
	told := 0
	complain := func(err error) {
		// Bindings' conversions of C's types look wrong where those are unknown.
		if told++; told <= most && !p.DepOnly {
			c.wrong = append(c.wrong, err.Error())
		}
	}
	files := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range append(append([]string{}, p.GoFiles...), p.CgoFiles...) {
		file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			complain(err)
			continue
		}
		parsed = append(parsed, file)
	}
	config := types.Config{
		FakeImportC: true, IgnoreFuncBodies: p.DepOnly, Sizes: types.SizesFor("gc", c.arch), Error: complain,
		Importer: importer(func(path string) (*types.Package, error) {
			if mapped := p.ImportMap[path]; mapped != "" {
				path = mapped
			}
			if known := c.done[path]; known != nil {
				return known, nil
			}
			return nil, fmt.Errorf("%s is not there", path)
		}),
	}
	if p.Module != nil && p.Module.GoVersion != "" {
		config.GoVersion = "go" + p.Module.GoVersion
	}
	c.done[p.ImportPath], _ = config.Check(p.ImportPath, files, parsed, nil) // complain has been told
	c.packages++
	if len(p.CgoFiles) > 0 {
		c.cgo++
	}
}

type importer func(path string) (*types.Package, error)

func (f importer) Import(path string) (*types.Package, error) { return f(path) }
