package lesson

import (
	"errors"
	"strings"
	"testing"

	"escale/app/recipefile"
)

const head = "---\nlesson: 1\nid: x1\norder: 1\ntitle: T\nminutes: 3\nsummary: S\n---\n"

// with is a lesson with one step that holds a block; its YAML begins in line 11.
func with(block, text string) string {
	return head + "## Step\n```" + block + "\n" + text + "\n```\n"
}

const goodTask = "id: t1\ntext: T\nopen: containers\ncheck: container(name=\"a\")"

func TestFaults(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		why  Why
		line int
	}{
		"no front matter":    {"# Hello", NotLesson, 0},
		"unclosed":           {"---\nlesson: 1\n", NotLesson, 0},
		"another YAML file":  {"---\ntitle: x\n---\n", NotLesson, 0},
		"newer":              {strings.Replace(head, "lesson: 1", "lesson: 2\nfuture: x", 1), Newer, 0},
		"unknown key":        {strings.Replace(head, "order: 1", "order: 1\nonclick: x", 1), Unknown, 5},
		"twice":              {strings.Replace(head, "order: 1", "order: 1\norder: 2", 1), Twice, 5},
		"no title":           {strings.Replace(head, "title: T\n", "", 1), Lacking, 2},
		"long title":         {strings.Replace(head, "title: T", "title: "+strings.Repeat("x", 61), 1), Long, 5},
		"too long a lesson":  {strings.Replace(head, "minutes: 3", "minutes: 60", 1), Bad, 6},
		"bad id":             {strings.Replace(head, "id: x1", "id: ../x", 1), Bad, 3},
		"author":             {strings.Replace(head, "order: 1", "order: 1\nauthor: me", 1), Unknown, 5},
		"no steps":           {head, Few, 9},
		"text before steps":  {head + "hello\n", Misplaced, 9},
		"empty step":         {head + "## A\n\n## B\nx\n", Few, 9},
		"bent YAML":          {strings.Replace(head, "order: 1", "order: [", 1), Broken, 3},
		"anchor":             {strings.Replace(head, "title: T", "title: &a T", 1), Broken, 5},
		"tag":                {strings.Replace(head, "title: T", "title: !!binary T", 1), Broken, 5},
		"HTML":               {head + "## A\nfine\n<b>x</b>\n", Misplaced, 11},
		"image":              {head + "## A\n![x](https://a/b.png)\n", Misplaced, 10},
		"heading":            {head + "## A\n### B\n", Misplaced, 10},
		"local link":         {head + "## A\n[x](file:///etc/passwd)\n", Bad, 10},
		"script link":        {head + "## A\n[x](javascript:alert)\n", Bad, 10},
		"turned text":        {head + "## A\na\u202eb\n", NotText, 10},
		"long prose":         {head + "## A\n" + strings.Repeat(strings.Repeat("x", 99)+"\n", 30), Long, 30},
		"unknown block":      {with("script", "x: 1"), Unknown, 10},
		"unclosed block":     {head + "## A\n```task\nid: t1\n", Broken, 10},
		"no check":           {with("task", "id: t1\ntext: T\nopen: run"), Lacking, 11},
		"bad check":          {with("task", "id: t1\ntext: T\nopen: containers\ncheck: click(x=1)"), Syntax, 14},
		"later task":         {with("task", "id: t1\ntext: T\nopen: containers\ncheck: container(of=\"t1\")"), NoTask, 14},
		"unknown screen":     {with("task", strings.Replace(goodTask, "containers", "desktop", 1)), Bad, 13},
		"unknown container":  {with("task", strings.Replace(goodTask, "containers", "container/t9", 1)), NoTask, 13},
		"another's variable": {with("task", strings.Replace(goodTask, "containers", "run", 1)+"\npoint: run.environment/NONE\nrun:\n  image: nginx"), Bad, 15},
		"another's control":  {with("task", goodTask+"\npoint: run.go"), Bad, 15},
		"run elsewhere":      {with("task", goodTask+"\nrun:\n  image: nginx"), Misplaced, 16},
		"run without":        {with("task", strings.Replace(goodTask, "containers", "run", 1)), Lacking, 11},
		"privileged":         {with("task", strings.Replace(goodTask, "containers", "run", 1)+"\nrun:\n  image: nginx\n  privileged: true"), Recipe, 16},
		"a host path":        {with("task", strings.Replace(goodTask, "containers", "run", 1)+"\nrun:\n  image: nginx\n  volumes: [{inside: /x, source: /etc}]"), Recipe, 16},
		"a format":           {with("task", strings.Replace(goodTask, "containers", "run", 1)+"\nrun:\n  image: nginx\n  format: x"), Unknown, 16},
		"a shell":            {with("command", "rm -rf /"), Bad, 11},
		"no command":         {with("command", ""), Few, 10},
		"unknown figure":     {with("measure", "what: secrets\nof: t1\ntext: x {value}"), Bad, 11},
		"figure of nothing":  {with("measure", "what: start\nof: t1\ntext: x {value}"), NoTask, 12},
		"figure unsaid":      {with("measure", "what: answer\ntext: x"), Bad, 12},
		"one question":       {with("quiz", "- question: a"), Few, 11},
		"box outside":        {with("picture", "alt: a\ncolumns: 1\nrows: 1\nboxes:\n  - {id: aa, at: \"2,1\", label: a, text: a}"), Bad, 15},
		"no such box":        {with("picture", "alt: a\ncolumns: 1\nrows: 1\nboxes:\n  - {id: aa, at: \"1,1\", label: a, text: a}\narrows: [{from: aa, to: bb}]"), Bad, 16},
		"a large file":       {head + strings.Repeat("x", MostBytes), TooLarge, 0},
		"deep YAML":          {with("task", "id: "+strings.Repeat("[", 40)+strings.Repeat("]", 40)), TooLarge, 11},
	} {
		_, err := Parse([]byte(tc.text), "en")
		var e *Error
		if !errors.As(err, &e) || e.Why != tc.why || e.Line != tc.line {
			t.Errorf("%s: %v, want %s in line %d", name, err, tc.why, tc.line)
		}
	}
}

func TestForeignLesson(t *testing.T) {
	text := strings.Replace(head, "order: 1", "order: 1\nlanguage: fr\nauthor: Une école", 1) + "## A\nx\n"
	l, err := Parse([]byte(text), "")
	if err != nil || l.Language != "fr" || l.Author != "Une école" {
		t.Errorf("%+v, %v", l, err)
	}
	if _, err := Parse([]byte(head+"## A\nx\n"), ""); err == nil {
		t.Error("a lesson in no language was read")
	}
}

func TestRunIsHeldToRecipes(t *testing.T) {
	text := with("task", strings.Replace(goodTask, "containers", "run", 1)+"\nrun:\n  image: nginx\n  volumes: [{inside: /x, engineSocket: true}]\n  openToNetwork: true")
	if _, err := Parse([]byte(text), ""); err == nil {
		t.Fatal("it says no language")
	}
	l, err := Parse([]byte(text), "en")
	if err != nil {
		t.Fatal(err)
	}
	if l.Tasks()[0].Recipe == nil || l.Tasks()[0].Recipe.Image() != "nginx" {
		t.Errorf("%+v", l.Tasks()[0])
	}
	_, err = Parse([]byte(strings.Replace(text, "openToNetwork", "capabilities", 1)), "en")
	var why *recipefile.Error
	if !errors.As(err, &why) || why.Why != recipefile.Forbidden {
		t.Errorf("capabilities: %v", err)
	}
}
