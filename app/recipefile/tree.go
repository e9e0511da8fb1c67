package recipefile

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"

	"escale/app/ansi"
)

// object is a JSON object while it is read: what was taken is gone from it, and
// what is left in the end nobody knows.
type object struct {
	path   string
	fields map[string]any // string, bool, json.Number, nil, []any, map[string]any
}

// tree reads JSON into maps and slices, within the bounds. Names that come twice
// are refused: two programs would read two different files.
func tree(data []byte) (map[string]any, error) {
	t := &treeReader{decoder: json.NewDecoder(bytes.NewReader(data))}
	t.decoder.UseNumber()
	value, err := t.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := t.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errDamaged
	}
	top, isObject := value.(map[string]any)
	if !isObject {
		return nil, errDamaged
	}
	return top, nil
}

var errDamaged = &Error{Why: Damaged}

type treeReader struct {
	decoder *json.Decoder
	values  int
}

func (t *treeReader) value(depth int) (any, error) {
	token, err := t.decoder.Token()
	if err != nil {
		return nil, errDamaged
	}
	if t.values++; t.values > mostValues || depth > mostDepth {
		return nil, &Error{Why: TooLarge}
	}
	switch token {
	case json.Delim('{'):
		return t.object(depth)
	case json.Delim('['):
		list := []any{}
		for t.decoder.More() {
			item, err := t.value(depth + 1)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		return list, t.end()
	}
	return token, nil
}

func (t *treeReader) object(depth int) (any, error) {
	fields := map[string]any{}
	for t.decoder.More() {
		token, err := t.decoder.Token()
		name, isName := token.(string)
		if err != nil || !isName {
			return nil, errDamaged
		}
		if _, twice := fields[name]; twice {
			return nil, &Error{Why: Bad, Field: ansi.Shown(name)}
		}
		if fields[name], err = t.value(depth + 1); err != nil {
			return nil, err
		}
	}
	return fields, t.end()
}

// end reads the closing bracket.
func (t *treeReader) end() error {
	if _, err := t.decoder.Token(); err != nil {
		return errDamaged
	}
	return nil
}

func (o object) at(name string) string {
	if o.path == "" {
		return name
	}
	return o.path + "." + name
}

func (o object) bad(name string) error { return &Error{Why: Bad, Field: ansi.Shown(o.at(name))} }

// text takes a string of at most the given bytes; empty when it is not there.
func (o object) text(name string, most int, lines bool) (string, error) {
	value, there := o.fields[name]
	if !there {
		return "", nil
	}
	delete(o.fields, name)
	text, isText := value.(string)
	if !isText || len(text) > most || !ansi.Printable(text, lines) {
		return "", o.bad(name)
	}
	return text, nil
}

// flag takes a boolean; false when it is not there.
func (o object) flag(name string) (bool, error) {
	value, there := o.fields[name]
	if !there {
		return false, nil
	}
	delete(o.fields, name)
	on, isBool := value.(bool)
	if !isBool {
		return false, o.bad(name)
	}
	return on, nil
}

// number takes a whole number between least and most; 0 when it is not there.
func (o object) number(name string, least, most int64) (int64, error) {
	value, there := o.fields[name]
	if !there {
		return 0, nil
	}
	delete(o.fields, name)
	digits, _ := value.(json.Number)
	n, err := strconv.ParseInt(digits.String(), 10, 64)
	if err != nil || n < least || n > most {
		return 0, o.bad(name)
	}
	return n, nil
}

// list takes a list; nil when it is not there.
func (o object) list(name string) ([]any, error) {
	value, there := o.fields[name]
	if !there {
		return nil, nil
	}
	delete(o.fields, name)
	list, isList := value.([]any)
	if !isList {
		return nil, o.bad(name)
	}
	if len(list) > mostRows {
		return nil, &Error{Why: TooLarge, Field: o.at(name)}
	}
	return list, nil
}

// objects takes a list of objects, one after the other.
func (o object) objects(name string, each func(object) error) error {
	list, err := o.list(name)
	if err != nil {
		return err
	}
	for i, item := range list {
		path := o.at(name) + "[" + strconv.Itoa(i+1) + "]"
		fields, isObject := item.(map[string]any)
		if !isObject {
			return &Error{Why: Bad, Field: path}
		}
		row := object{path, fields}
		if err := each(row); err != nil {
			return err
		}
		if err := row.empty(); err != nil {
			return err
		}
	}
	return nil
}

// has tells whether a field is there.
func (o object) has(name string) bool { _, there := o.fields[name]; return there }
