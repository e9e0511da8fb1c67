//go:build linux

package main

import "time"

// release is the Debian that kernel and tools are from.
const release = "trixie"

// epoch is the date of every file in the guest, so that it is the same twice.
var epoch = time.Date(2025, 11, 1, 0, 0, 0, 0, time.UTC)

// machine is what differs between the two architectures.
type machine struct {
	triplet string // of Debian's library folders
	kernel  string // the package that names the newest kernel
	other   string // runs programs of the other architecture
	cross   string // C compiler, when the guest's is not this computer's
	limit   int64  // bytes that the guest may travel as
}

// toolsLimit is how many bytes the tools may travel as, apart from the guest.
const toolsLimit = 10e6

var machines = map[string]machine{
	"amd64": {triplet: "x86_64-linux-gnu", kernel: "linux-image-cloud-amd64", other: "qemu-aarch64", cross: "x86_64-linux-gnu-gcc", limit: 50e6},
	"arm64": {triplet: "aarch64-linux-gnu", kernel: "linux-image-cloud-arm64", other: "qemu-x86_64", cross: "aarch64-linux-gnu-gcc", limit: 45e6},
}

// programs are the files that are taken from Debian packages, with the libraries
// that they need.
type program struct{ name, pkg, from, to string }

var programs = []program{
	{"nft", "nftables", "usr/sbin/nft", "usr/sbin/nft"},
	{"mke2fs", "e2fsprogs", "usr/sbin/mke2fs", "usr/sbin/mke2fs"},
	{"e2fsck", "e2fsprogs", "usr/sbin/e2fsck", "usr/sbin/e2fsck"},
	{"resize2fs", "e2fsprogs", "usr/sbin/resize2fs", "usr/sbin/resize2fs"},
	{"mke2fs.conf", "e2fsprogs", "etc/mke2fs.conf", "etc/mke2fs.conf"},
	{"docker-init", "tini", "usr/bin/tini-static", "usr/bin/docker-init"},
	{"busybox", "busybox-static", "usr/bin/busybox", "usr/bin/busybox"},
}

// tools are the files of the disk that only machines with a terminal for beginners
// load; it is mounted at toolsDir. Their libraries are the root's.
var tools = []program{
	{"docker", "docker-cli", "usr/bin/docker", "bin/docker"},
	{"bash", "bash", "usr/bin/bash", "bin/bash"},
	{"completion", "bash-completion", completions + "bash_completion", "share/bash-completion/bash_completion"},
	{"older completion", "bash-completion", compatible, compatible},
	{"docker's completion", "docker-cli", completions + "completions/docker", "share/bash-completion/completions/docker"},
	{"terminal", "ncurses-base", "usr/share/terminfo/x/xterm-256color", "share/terminfo/x/xterm-256color"},
}

const (
	toolsDir    = "usr/local"
	completions = "usr/share/bash-completion/"
	compatible  = "etc/bash_completion.d/000_bash_completion_compat.bash" // which docker's needs
)

// toolsWritten are files of that disk that are written here.
var toolsWritten = map[string]string{
	"etc/profile": `PS1='\w \$ '
PATH=/usr/local/bin:$PATH
export TERMINFO=/usr/local/share/terminfo INPUTRC=/usr/local/etc/inputrc
alias ls='ls --color=auto' ll='ls -l --color=auto' grep='grep --color=auto'
[ -z "$BASH_VERSION" ] || . /usr/local/share/bash-completion/bash_completion
`,
	"etc/inputrc": `set bell-style none
set enable-bracketed-paste off
set show-all-if-ambiguous on
"\e[1;5C": forward-word
"\e[1;5D": backward-word
`,
}

// toolsApplets are more names that busybox is known by there.
var toolsApplets = []string{
	"base64", "basename", "bc", "clear", "cmp", "cut", "dd", "diff", "dirname", "dos2unix", "du", "expand", "expr", "fold", "gunzip",
	"killall", "link", "md5sum", "mktemp", "more", "nl", "nproc", "od", "paste", "pidof", "readlink", "realpath",
	"reset", "rev", "rmdir", "seq", "sha1sum", "strings", "stty", "tac", "tee", "telnet", "timeout", "touch", "tr", "traceroute",
	"truncate", "tty", "uname", "uniq", "unlink", "unzip", "usleep", "watch", "which", "whoami", "xargs", "xxd", "yes", "zcat",
}

// libraries are the packages in which needed libraries are looked for. Only what
// a program of the guest needs is taken.
var libraries = []string{
	"libc6", "libnftables1", "libnftnl11", "libmnl0", "libgmp10", "libjansson4", "libxtables12", "libedit2", "libtinfo6",
	"libbsd0", "libmd0", "libext2fs2t64", "libcom-err2", "libblkid1", "libuuid1", "libss2",
}

const (
	authorities = "ca-certificates" // whom the engine believes
	otherArch   = "qemu-user"
)

// applets are the names that the debugging shell knows busybox by.
var applets = []string{
	"sh", "ash", "cat", "ls", "ps", "top", "kill", "df", "du", "free", "dmesg", "mount", "umount", "ip", "ping", "nslookup", "wget",
	"grep", "sed", "awk", "head", "tail", "less", "vi", "find", "hexdump", "sleep", "date", "echo", "env", "id", "mkdir", "rm", "cp",
	"mv", "ln", "chmod", "sync", "stat", "wc", "sort", "uptime", "hostname", "lsmod", "netstat", "nc", "tar", "gzip", "md5sum", "sha256sum",
}

// Kernel modules, by when they are loaded. What is built into one of the two
// kernels is left out silently.
var (
	// what finding the root takes
	earlyModules = []string{"virtio_pci", "virtio_mmio", "virtio_blk", "squashfs"}
	// every boot
	bootModules = []string{
		"virtio_net", "ext4", "virtio_console", "virtio_rng", "virtio_balloon", "overlay", "bridge", "br_netfilter", "veth",
		"nf_tables", "nf_conntrack", "nf_nat", "nft_chain_nat", "nft_ct", "nft_nat", "nft_masq", "nft_fib_inet",
		"button", "evdev", "vmw_vsock_virtio_transport",
	}
	// when the kernel or the engine asks
	askedModules = []string{
		"nft_compat", "nft_redir", "nft_fib_ipv4", "nft_fib_ipv6", "nft_reject_inet", "nft_reject_ipv4", "nft_reject_ipv6", "nft_log",
		"nft_limit", "nft_numgen", "nft_hash", "nf_log_syslog", "nf_conntrack_netlink", "nfnetlink_queue",
		"xt_MASQUERADE", "xt_addrtype", "xt_conntrack", "xt_nat", "xt_mark", "xt_tcpudp", "xt_comment", "xt_multiport", "xt_REDIRECT",
		"ip_tables", "iptable_filter", "iptable_nat", "ip6_tables", "ip6table_filter", "ip6table_nat",
		"ip_vs", "ip_vs_rr", "xt_ipvs", "tun", "macvlan", "ipvlan", "vxlan", "dummy", "wireguard", "binfmt_misc", "loop", "fuse",
		"virtiofs", "gpio_pl061", "gpio_keys", "rtc_cmos", "rtc_pl031", "zram", "tcp_diag", "udp_diag", "unix_diag",
		"sch_fq_codel", "sch_htb", "sch_ingress", "tcp_bbr", "crc32c_generic",
	}
)

// Files of the guest that are written here.
var written = map[string]string{ //nolint:gosec // "passwd" holds no password
	"etc/passwd":        "root:x:0:0:root:/root:/bin/sh\n",
	"etc/group":         "root:x:0:\ndocker:x:999:\n",
	"etc/nsswitch.conf": "hosts: files dns\n",
	"etc/os-release":    "ID=escale\nNAME=\"Escale Machine\"\nPRETTY_NAME=\"Escale Machine\"\nVERSION_ID=" + engineVersion + "\n",
	"etc/profile":       "PS1='escale# '\nexport PATH=/usr/sbin:/usr/bin:/sbin:/bin PS1\n[ ! -r /usr/local/etc/profile ] || . /usr/local/etc/profile\n",
	"etc/containerd/config.toml": `version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = [
  "io.containerd.nri.v1.nri", "io.containerd.image-verifier.v1.bindir", "io.containerd.internal.v1.opt",
  "io.containerd.snapshotter.v1.blockfile", "io.containerd.snapshotter.v1.erofs", "io.containerd.differ.v1.erofs",
  "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing",
]
[grpc]
  address = "/run/containerd/containerd.sock"
[ttrpc]
  address = "/run/containerd/containerd.sock.ttrpc"
[debug]
  level = "warn"
`,
}

// links are the guest's symbolic links. What a boot writes of /etc is in memory.
var links = map[string]string{
	"bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib", "lib64": "usr/lib64",
	"etc/hosts": "/run/etc/hosts", "etc/hostname": "/run/etc/hostname", "etc/resolv.conf": "/run/etc/resolv.conf",
	"etc/docker": "/run/etc/docker", "etc/mtab": "/proc/self/mounts", "var/run": "/run",
	"usr/sbin/modprobe": "init", "usr/bin/containerd": "dockerd",
}

// folders are the empty ones: where a boot mounts something, and where folders
// that the user shares appear at the path that they have on the host.
var folders = []string{
	"dev", "proc", "sys", "run", "tmp", "var/lib", "var/tmp", "root", "mnt", "media", "opt", "srv", "usr/lib64",
	"home", "Users", "Volumes", "private", toolsDir,
}
