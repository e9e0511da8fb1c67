// Command inside is the only program of the image that boot tests run: it serves
// a page, writes files that must survive, checks them, tries addresses, and reads,
// changes and watches folders.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	var err error
	switch os.Args[1] {
	case "serve":
		err = http.ListenAndServe(":80", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "it works\n") }))
	case "write":
		err = write(os.Args[2])
	case "check":
		err = check(os.Args[2], os.Args[3])
	case "reach":
		err = reach(os.Args[2])
	case "cat":
		err = cat(os.Args[2])
	case "put":
		err = os.WriteFile(os.Args[2], []byte(os.Args[3]), 0o644)
	case "change":
		err = change(os.Args[2])
	case "watch":
		err = watch(os.Args[2])
	case "echo":
		err = echo(":80")
	case "eat":
		err = eat(os.Args[2])
	}
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

func cat(file string) error {
	content, err := os.ReadFile(file)
	fmt.Printf("%s", content)
	return err
}

// change tries every way to change a folder, and says which went.
func change(dir string) error {
	for name, do := range map[string]func() error{
		"write":    func() error { return os.WriteFile(filepath.Join(dir, "page"), []byte("changed"), 0o644) },
		"make":     func() error { return os.WriteFile(filepath.Join(dir, "new"), nil, 0o644) },
		"mkdir":    func() error { return os.Mkdir(filepath.Join(dir, "folder"), 0o755) },
		"remove":   func() error { return os.Remove(filepath.Join(dir, "page")) },
		"rename":   func() error { return os.Rename(filepath.Join(dir, "page"), filepath.Join(dir, "page2")) },
		"link":     func() error { return os.Symlink("/etc", filepath.Join(dir, "link")) },
		"chmod":    func() error { return os.Chmod(filepath.Join(dir, "page"), 0o777) },
		"times":    func() error { return os.Chtimes(filepath.Join(dir, "page"), time.Now(), time.Unix(1, 0)) },
		"truncate": func() error { return os.Truncate(filepath.Join(dir, "page"), 0) },
		"remount":  func() error { return syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_BIND, "") },
	} {
		if err := do(); err == nil {
			fmt.Println("did", name)
		} else {
			fmt.Println("no", name, err)
		}
	}
	return nil
}

// watch says, once it watches a folder, what inotify tells of the files in it.
func watch(dir string) error {
	fd, err := syscall.InotifyInit()
	if err != nil {
		return err
	}
	if _, err := syscall.InotifyAddWatch(fd, dir, syscall.IN_MODIFY); err != nil {
		return err
	}
	fmt.Println("watching")
	buffer := make([]byte, 4096)
	for {
		n, err := syscall.Read(fd, buffer)
		if err != nil {
			return err
		}
		for at := 0; at+syscall.SizeofInotifyEvent <= n; {
			length := int(buffer[at+12])
			name := strings.TrimRight(string(buffer[at+16:at+16+length]), "\x00")
			content, err := os.ReadFile(filepath.Join(dir, name))
			fmt.Println("changed", name, string(content), err)
			at += syscall.SizeofInotifyEvent + length
		}
	}
}

// write makes files named by their content's hash, and says each number once
// the file and its folder are synced.
func write(dir string) error {
	for i := 0; ; i++ {
		content := make([]byte, 64<<10)
		copy(content, strconv.Itoa(i))
		sum := sha256.Sum256(content)
		file, err := os.Create(filepath.Join(dir, fmt.Sprintf("%06d-%s", i, hex.EncodeToString(sum[:]))))
		if err != nil {
			return err
		}
		_, err = file.Write(content)
		if err = errors.Join(err, file.Sync(), file.Close(), sync(dir)); err != nil {
			return err
		}
		fmt.Println("synced", i)
		if i > 200 {
			time.Sleep(time.Hour)
		}
	}
}

func sync(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// check finds the files up to number last, whole.
func check(dir, last string) error {
	n, err := strconv.Atoi(last)
	if err != nil {
		return err
	}
	for i := range n + 1 {
		found, err := filepath.Glob(filepath.Join(dir, fmt.Sprintf("%06d-*", i)))
		if err != nil || len(found) != 1 {
			return fmt.Errorf("file %d: %q, %v", i, found, err)
		}
		content, err := os.ReadFile(found[0])
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		if want := filepath.Base(found[0])[7:]; hex.EncodeToString(sum[:]) != want {
			return fmt.Errorf("file %d is not whole", i)
		}
	}
	return nil
}

// echo sends datagrams back.
func echo(address string) error {
	socket, err := net.ListenPacket("udp", address)
	if err != nil {
		return err
	}
	buffer := make([]byte, 64<<10)
	for {
		n, from, err := socket.ReadFrom(buffer)
		if err != nil {
			return err
		}
		if _, err := socket.WriteTo(buffer[:n], from); err != nil {
			return err
		}
	}
}

// eat takes that many megabytes, in which no two pages are the same, says so,
// and keeps them.
func eat(megabytes string) error {
	n, err := strconv.Atoi(megabytes)
	if err != nil {
		return err
	}
	eaten := make([]byte, n<<20)
	for at := 0; at < len(eaten); at += 4096 {
		copy(eaten[at:], strconv.Itoa(at+1))
	}
	fmt.Println("eaten")
	time.Sleep(time.Hour)
	_ = eaten[len(eaten)-1]
	return nil
}

func reach(address string) error {
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return err
	}
	return conn.Close()
}
