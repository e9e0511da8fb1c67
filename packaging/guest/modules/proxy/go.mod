module escale.invalid/guest/proxy

go 1.26.3

tool github.com/moby/moby/v2/cmd/docker-proxy

require (
	github.com/containerd/log v0.1.0 // indirect
	github.com/ishidawataru/sctp v0.0.0-20251114114122-19ddcbc6aae2 // indirect
	github.com/moby/moby/v2 v2.0.0-beta.21 // indirect
	github.com/sirupsen/logrus v1.9.4 // indirect
	golang.org/x/net v0.57.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
)
