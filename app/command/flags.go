package command

// option is an option of docker run.
type option struct {
	short byte // 0 for none
	bare  bool // it takes no value
	why   Why  // why it is left out; empty for one that is taken over
}

// options are all options of docker run, the hidden ones too.
//
// Source: docker's command line, cli/command/container, run.go and opts.go.
func options() map[string]option {
	all := map[string]option{
		"detach": {short: 'd', bare: true}, "entrypoint": {}, "env": {short: 'e'}, "hostname": {short: 'h'}, "interactive": {short: 'i', bare: true},
		"label": {short: 'l'}, "restart": {}, "tty": {short: 't', bare: true}, "user": {short: 'u'}, "workdir": {short: 'w'}, "rm": {bare: true},
		"publish": {short: 'p'}, "net": {}, "network": {}, "tmpfs": {}, "volume": {short: 'v'}, "mount": {}, "memory": {short: 'm'}, "cpus": {}, "name": {},
		"attach": {short: 'a', why: NotHeld}, "cpu-shares": {short: 'c', why: NotHeld}, "publish-all": {short: 'P', bare: true, why: NotHeld},
		"quiet": {short: 'q', bare: true, why: NotHeld}, "disable-content-trust": {bare: true, why: NotHeld}, "help": {bare: true, why: NotHeld},
		"init": {bare: true, why: NotHeld}, "no-healthcheck": {bare: true, why: NotHeld}, "oom-kill-disable": {bare: true, why: NotHeld},
		"privileged": {bare: true, why: Wall}, "read-only": {bare: true, why: NotHeld}, "sig-proxy": {bare: true, why: NotHeld},
		"use-api-socket": {bare: true, why: Wall},
	}
	for _, name := range []string{
		"cap-add", "device", "device-cgroup-rule", "security-opt", "userns", "cgroupns", "cgroup-parent", "ipc", "pid", "uts", "runtime", "volumes-from",
		"oom-score-adj", "sysctl",
	} {
		all[name] = option{why: Wall}
	}
	for _, name := range []string{
		"add-host", "annotation", "blkio-weight", "blkio-weight-device", "cap-drop", "cidfile", "cpu-count", "cpu-percent", "cpu-period", "cpu-quota",
		"cpu-rt-period", "cpu-rt-runtime", "cpuset-cpus", "cpuset-mems", "detach-keys", "device-read-bps", "device-read-iops", "device-write-bps",
		"device-write-iops", "dns", "dns-opt", "dns-option", "dns-search", "domainname", "env-file", "expose", "gpus", "group-add", "health-cmd",
		"health-interval", "health-retries", "health-start-interval", "health-start-period", "health-timeout", "io-maxbandwidth", "io-maxiops", "ip", "ip6",
		"isolation", "kernel-memory", "label-file", "link", "link-local-ip", "log-driver", "log-opt", "mac-address", "memory-reservation", "memory-swap",
		"memory-swappiness", "net-alias", "network-alias", "pids-limit", "platform", "pull", "shm-size", "stop-signal", "stop-timeout", "storage-opt", "ulimit",
		"volume-driver",
	} {
		all[name] = option{why: NotHeld}
	}
	return all
}

// global are the options of docker itself; true for those with a value.
var global = map[string]bool{
	"--config": true, "-c": true, "--context": true, "-H": true, "--host": true, "-l": true, "--log-level": true, "--tlscacert": true, "--tlscert": true,
	"--tlskey": true, "-D": false, "--debug": false, "--tls": false, "--tlsverify": false,
}
