package life

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"escale/app/glossary"
)

// plainTitles are the titles that hold no notion of containers: everybody knows
// what they say, or they are sentences of their own. All others have a mark.
var plainTitles = strings.Fields(`
	compare.counted compare.measured compare.title
	cmdlog.one.title container.rename.label container.rename.title discover.results engine.ladder engine.without engine.without.discover
	glossary.see glossary.title
	images.panel.about images.panel.users images.pull.title images.inuse.title
	learn.ask.title learn.quiz learn.title
	machine.afresh.title machine.idle machine.log.title machine.shares.remove.title
	paste.title
	recipe.left.title
	run.done.keeps run.done.next run.done.secrets run.done.where run.name
	settings.about settings.keys settings.notices settings.title settings.tray settings.updates settings.updates.address
	shell.title tasks.empty.title tray.none.title
	volumes.about volumes.create.title volumes.inuse.title volumes.users
`)

// titleStyles are the styles of what stands above something.
var titleStyles = []string{"Strong", "Heading", "Title", "SmallLabel"}

// source is one file of the views, and what is marked in it.
type source struct {
	marked map[ast.Node]bool
	titles map[string]ast.Node // by the key of their words
	terms  []string
}

// TestEveryNotionHasAMark enumerates the titles and field labels that the
// screens are made of. A new one is marked with the term that it is about, or is
// named above.
func TestEveryNotionHasAMark(t *testing.T) {
	files, err := filepath.Glob("../*/*.go")
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	words := glossary.In("en")
	var unmarked, known []string
	terms := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "../kit/") {
			continue
		}
		s := read(t, file)
		for key, node := range s.titles {
			switch plain := slices.Contains(plainTitles, key); {
			case plain:
				known = append(known, key)
			case !s.marked[node]:
				unmarked = append(unmarked, file+": "+key)
			}
		}
		for _, id := range s.terms {
			terms[id] = true
			if _, there := words.Get(id); !there {
				t.Errorf("%s: the glossary has no %q", file, id)
			}
		}
	}
	slices.Sort(unmarked)
	if len(unmarked) > 0 {
		t.Errorf("these have no mark that says what they are:\n%s", strings.Join(unmarked, "\n"))
	}
	for _, key := range plainTitles {
		if !slices.Contains(known, key) {
			t.Errorf("nothing is titled %s", key)
		}
	}
	if len(terms) < 25 {
		t.Errorf("only %d terms are marked anywhere", len(terms))
	}
}

func read(t *testing.T, file string) source {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := source{marked: map[ast.Node]bool{}, titles: map[string]ast.Node{}}
	ast.Inspect(tree, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			s.call(call)
		}
		return true
	})
	return s
}

// call takes note of a title, of a mark, or of neither.
func (s *source) call(call *ast.CallExpr) {
	name, receiver := called(call)
	switch name {
	case "Titled", "WithMark":
		for _, a := range append(call.Args, receiver) {
			s.marked[unwrapped(a)] = true
		}
		s.note(call.Args)
	case "What", "what":
		s.note(call.Args)
	case "section": // of the run form: its first argument is the term
		if term := literal(call.Args[0]); term != "" {
			s.terms = append(s.terms, term)
		}
	case "Field", "Toolbar", "heading":
		s.title(call, 0)
	case "NewText", "NewParagraph":
		if len(call.Args) > 1 {
			if style, ok := call.Args[1].(*ast.SelectorExpr); ok && slices.Contains(titleStyles, style.Sel.Name) {
				s.title(call, 0)
			}
		}
	}
}

// title notes the key of a title whose words are a literal key.
func (s *source) title(call *ast.CallExpr, at int) {
	if len(call.Args) <= at {
		return
	}
	if words, ok := call.Args[at].(*ast.CallExpr); ok {
		if name, _ := called(words); (name == "L" || name == "N") && len(words.Args) > 0 {
			if key := literal(words.Args[0]); key != "" && !strings.Contains(key, "#") {
				s.titles[key] = call
			}
		}
	}
}

func (s *source) note(args []ast.Expr) {
	for _, a := range args {
		if id := literal(a); id != "" {
			s.terms = append(s.terms, id)
		}
	}
}

// called is the name of what is called, and what it is a method of.
func called(call *ast.CallExpr) (name string, receiver ast.Expr) {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name, f.X
	case *ast.Ident:
		return f.Name, nil
	}
	return "", nil
}

// unwrapped is the call that makes a title, without what it is told afterwards.
func unwrapped(e ast.Expr) ast.Node {
	for {
		call, ok := e.(*ast.CallExpr)
		if !ok {
			return e
		}
		name, receiver := called(call)
		if !slices.Contains([]string{"Ellipsis", "AlignCenter", "Leading", "Whole"}, name) {
			return call
		}
		e = receiver
	}
}

func literal(e ast.Expr) string {
	if basic, ok := e.(*ast.BasicLit); ok && basic.Kind == token.STRING {
		text, _ := strconv.Unquote(basic.Value)
		return text
	}
	return ""
}
