package lesson

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"escale/app/ansi"
)

// Bounds of a block's YAML.
const (
	mostNodes = 2048
	mostDepth = 8
)

// object is a YAML mapping while it is read: what was taken is gone from it, and
// what is left in the end nobody knows.
type object struct {
	line   int // of the file
	first  int // the file's line before the YAML's first
	fields map[string]*yaml.Node
	order  []string
}

// tree reads one YAML value whose text begins in the line after first.
func tree(text string, first int) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var document, another yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fault(first+1, Lacking, "")
		}
		return nil, broken(err, first)
	}
	if err := decoder.Decode(&another); !errors.Is(err, io.EOF) {
		return nil, fault(first+1, Broken, "---")
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) != 1 {
		return nil, fault(first+1, Broken, "")
	}
	nodes := 0
	return document.Content[0], sound(document.Content[0], first, 0, &nodes)
}

// broken places an error of the YAML reader, whose texts begin with the line.
func broken(err error, first int) error {
	line := 1
	if _, scanned := fmt.Sscanf(err.Error(), "yaml: line %d:", &line); scanned != nil {
		line = 1
	}
	return fault(first+line, Broken, "")
}

// sound refuses what is YAML but no part of a lesson: anchors, tags, and more of
// it than anybody reads.
func sound(n *yaml.Node, first, depth int, nodes *int) error {
	if *nodes++; *nodes > mostNodes || depth > mostDepth {
		return fault(first+n.Line, TooLarge, "")
	}
	if n.Kind == yaml.AliasNode || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 {
		return fault(first+n.Line, Broken, n.Value)
	}
	for _, child := range n.Content {
		if err := sound(child, first, depth+1, nodes); err != nil {
			return err
		}
	}
	return nil
}

// objectOf takes a mapping apart.
func objectOf(n *yaml.Node, first int) (object, error) {
	o := object{line: first + n.Line, first: first, fields: map[string]*yaml.Node{}}
	if n.Kind != yaml.MappingNode {
		return o, fault(o.line, Broken, n.Value)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			return o, fault(first+key.Line, Broken, "")
		}
		if _, twice := o.fields[key.Value]; twice {
			return o, fault(first+key.Line, Twice, key.Value)
		}
		o.fields[key.Value] = n.Content[i+1]
		o.order = append(o.order, key.Value)
	}
	return o, nil
}

// take removes a field and returns it; nil when it is not there.
func (o object) take(name string) *yaml.Node {
	n := o.fields[name]
	delete(o.fields, name)
	return n
}

func (o object) lineOf(n *yaml.Node) int { return o.first + n.Line }

// text takes a text of 1 to most characters; it may be missing where optional.
func (o object) text(name string, most int, optional bool) (string, error) {
	n := o.take(name)
	if n == nil {
		if optional {
			return "", nil
		}
		return "", fault(o.line, Lacking, name)
	}
	text := strings.TrimSpace(n.Value)
	switch {
	case n.Kind != yaml.ScalarNode || n.Tag == "!!null" || text == "":
		return "", fault(o.lineOf(n), Bad, name)
	case !ansi.Printable(text, true):
		return "", fault(o.lineOf(n), NotText, name)
	case len([]rune(text)) > most:
		return "", fault(o.lineOf(n), Long, name)
	}
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\t' }), " "), nil
}

// number takes a whole number between least and most.
func (o object) number(name string, least, most int) (int, error) {
	n := o.take(name)
	if n == nil {
		return 0, fault(o.line, Lacking, name)
	}
	value, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil || value < least || value > most {
		return 0, fault(o.lineOf(n), Bad, name)
	}
	return value, nil
}

// flag takes true or false; false when it is not there.
func (o object) flag(name string) (bool, error) {
	n := o.take(name)
	if n == nil {
		return false, nil
	}
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		return false, fault(o.lineOf(n), Bad, name)
	}
	return strings.EqualFold(n.Value, "true"), nil
}

// list takes a list of least to most values; nil when it is not there and none
// is needed.
func (o object) list(name string, least, most int) ([]*yaml.Node, error) {
	n := o.take(name)
	if n == nil {
		if least == 0 {
			return nil, nil
		}
		return nil, fault(o.line, Lacking, name)
	}
	return items(n, o.first, name, least, most)
}

// items are the values of a list.
func items(n *yaml.Node, first int, name string, least, most int) ([]*yaml.Node, error) {
	switch {
	case n.Kind != yaml.SequenceNode:
		return nil, fault(first+n.Line, Bad, name)
	case len(n.Content) > most:
		return nil, fault(first+n.Line, Many, name)
	case len(n.Content) < least:
		return nil, fault(first+n.Line, Few, name)
	}
	return n.Content, nil
}

// end refuses what was not taken.
func (o object) end() error {
	for _, name := range o.order {
		if n, left := o.fields[name]; left {
			return fault(o.lineOf(n), Unknown, name)
		}
	}
	return nil
}
