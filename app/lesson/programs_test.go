package lesson

import (
	"regexp"
	"strings"

	"escale/engine"
)

// place is where a path of a container lies: in a volume, or in its own layer.
func (w *world) place(c *inhabitant, path string) (files map[string]string, name string) {
	for _, m := range c.Mounts {
		if inside, below := strings.CutPrefix(path, m.Target+"/"); below && m.Kind == engine.MountVolume {
			return w.volume(m.Source), "/" + inside
		}
	}
	return c.files, path
}

func (w *world) read(c *inhabitant, path string) (string, bool) {
	files, name := w.place(c, path)
	text, there := files[name]
	return text, there
}

func (w *world) write(c *inhabitant, path, text string) {
	files, name := w.place(c, path)
	files[name] = text
}

var (
	echoed = regexp.MustCompile(`echo (.*?) > (/\S+?)(;|$)`)
	built  = regexp.MustCompile(`docker build -t (\S+)`)
)

const (
	page     = "/usr/share/nginx/html/index.html"
	greeting = "\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n"
)

// behave is what the program of a container does when it starts, and with which
// code it ends, if it does.
func (w *world) behave(c *inhabitant) (code int, ends bool) {
	if text, shell := strings.CutPrefix(c.Command, "sh -c "); shell {
		return w.script(c, text)
	}
	switch image, first, _ := strings.Cut(c.Command, " "); image {
	case "cat":
		return w.cat(c, first)
	case "nginx":
		c.log = "nginx version: nginx/1.29.0\n"
		if first == "-t" {
			c.log = "nginx: configuration file /etc/nginx/nginx.conf test is successful\n"
		}
		return 0, true
	case "echo":
		c.log = first + "\n"
		return 0, true
	case "uname":
		c.log = map[string]string{"": "Linux\n", "-r": "6.1.0-28-amd64\n"}[first]
		return 0, true
	case "tail":
		c.OOMKilled = true
		w.tell(c, "oom")
		return 137, true
	case "ps":
		c.log = "PID   USER     TIME  COMMAND\n    1 root      0:00 ps\n"
		if c.Labels["pid"] == "host" {
			c.log = "PID   USER     TIME  COMMAND\n    1 root      0:09 /sbin/init\n    2 root      0:00 [kthreadd]\n 9000 root      0:00 ps\n"
		}
		return 0, true
	case "true":
		return 0, true
	}
	return w.entry(c)
}

// entry is what an image does without a command.
func (w *world) entry(c *inhabitant) (code int, ends bool) {
	switch name(c.Image) {
	case "hello-world":
		c.log = greeting
		return 0, true
	case "postgres":
		for _, v := range c.Env {
			if v.Name == "POSTGRES_PASSWORD" {
				c.log = "LOG:  database system is ready to accept connections\n"
				return 0, false
			}
		}
		c.log = "Error: Database is uninitialized and superuser password is not specified.\n"
		return 1, true
	case "localhost:5050/my-page":
		c.files[page] = "My own page\n"
	case "nginx":
		c.files[page] = "<h1>Welcome to nginx!</h1>\n"
	}
	return 0, false
}

func (w *world) cat(c *inhabitant, path string) (code int, ends bool) {
	text, there := w.read(c, path)
	if path == "/etc/passwd" {
		text, there = "root:x:0:0:root:/root:/bin/sh\n", true
	}
	if c.log += text; !there {
		c.log += "cat: can't open '" + path + "': No such file or directory\n"
		return 1, true
	}
	return 0, true
}

// script is what a shell does with a script.
func (w *world) script(c *inhabitant, text string) (code int, ends bool) {
	visitor := ""
	for _, v := range c.Env {
		if v.Name == "VISITOR" {
			visitor = v.Value
		}
	}
	if m := echoed.FindStringSubmatch(text); m != nil {
		w.write(c, m[2], strings.ReplaceAll(m[1], "$(date)", w.now.String())+"\n")
	}
	switch {
	case strings.Contains(text, "exec "):
		return 0, false
	case strings.Contains(text, "kill -9"):
		return 137, true
	case strings.HasPrefix(text, "exit 1"):
		return 1, true
	case strings.Contains(text, "; cat "):
		return w.cat(c, text[strings.LastIndex(text, "; cat ")+len("; cat "):])
	case strings.Contains(text, "$VISITOR"):
		c.log = "Hello, " + visitor + "!\n"
	}
	return 0, true
}

// visit asks a container for its page.
func (w *world) visit(c *inhabitant) {
	if !strings.Contains(c.Command, "visits-db") {
		c.log += `127.0.0.1 - - [02/Jan/2026:03:04:05 +0000] "GET / HTTP/1.1" 200 615 "-" "Wget" "-"` + "\n"
		return
	}
	for _, other := range w.containers {
		if other.Name == "visits-db" && other.Active() && other.Networks[0] == c.Networks[0] && c.Networks[0] != "bridge" {
			c.log += "Visit :1\r\n"
			return
		}
	}
	c.log += "nc: bad address 'visits-db'\nVisit\n"
}
