// Package page is the small web page that the comparison of a container with a
// virtual machine starts in both: the same bytes, served by whatever is there. It
// is a package of its own because the guest's first program, which links next to
// nothing, serves it too.
package page

// HTML is the page: ASCII without apostrophes, so that a shell takes it in single
// quotes as it is.
const HTML = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Hello from Escale</title>
<style>body{font:20px sans-serif;margin:15vh auto;max-width:30em;text-align:center}</style>
<h1>Hello from Escale</h1>
<p>This page is served by a program that was started a moment ago.</p>
</html>
`

// What a virtual machine's answer tells beside the page, in its head.
const (
	ProcessesHeader = "Escale-Processes"      // programs that run in it
	KernelHeader    = "Escale-Kernel-Threads" // threads of its own kernel
)
