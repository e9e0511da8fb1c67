package images

// Layer is one layer of an image: Debian packages and files of ours, in this
// order.
type Layer struct {
	Comment  string
	Packages []string // Debian packages, unpacked without their scripts
	Keep     []string // when set, only package paths with one of these prefixes
	Drop     []string // path.Match patterns, or prefixes ending in "/", left out
	Files    []File
	Random   int64 // bytes that cannot be compressed, under /opt/filler
	Seed     byte  // tells layers of filler apart
	Applets  bool  // link every tool of busybox
}

// File is one entry of a layer.
type File struct {
	Path   string // without the leading slash
	Source string // a file of files/, "box" for the program, empty for a directory
	Link   string // target of a symbolic link
	Mode   int64
	Owner  int // user and group
}

// Image is what gets pushed under one name.
type Image struct {
	Name       string // "library/nginx"
	Tags       []string
	Layers     []Layer
	Env        []string
	Entrypoint []string
	Cmd        []string
	Ports      []string // "80/tcp"
	Volumes    []string
	WorkDir    string
	StopSignal string
	Title      string // what it is, one line
}

const pathEnv = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

var (
	base = Layer{
		Comment:  "base: busybox and the usual folders",
		Packages: []string{"busybox-static"},
		Applets:  true,
		Files: []File{
			{Path: "etc/passwd", Source: "passwd", Mode: 0o644},
			{Path: "etc/group", Source: "group", Mode: 0o644},
			{Path: "dev", Mode: 0o755},
			{Path: "proc", Mode: 0o755},
			{Path: "sys", Mode: 0o755},
			{Path: "root", Mode: 0o700},
			{Path: "run", Mode: 0o755},
			{Path: "var/log", Mode: 0o755},
			{Path: "tmp", Mode: 0o1777},
			{Path: "var/tmp", Mode: 0o1777},
			{Path: "var/run", Link: "/run"},
		},
	}
	libc = Layer{
		Comment:  "C library",
		Packages: []string{"libc6", "libgcc-s1", "libcrypt1"},
		Drop:     []string{"usr/lib/*/gconv/", "usr/lib/*/audit/"},
	}
	tls = Layer{
		Comment:  "TLS and compression",
		Packages: []string{"libssl3", "zlib1g", "libpcre2-8-0"},
	}
	systemd = Layer{
		Comment: "libraries of the databases",
		Packages: []string{
			"libsystemd0", "libcap2", "libgcrypt20", "libgpg-error0", "liblzma5", "libzstd1", "liblz4-1", "libstdc++6",
		},
	}
)

// All is every image of the testbed.
func All() []Image {
	images := []Image{nginx(), nginxSmall(), httpd(), redis(), postgres(), busybox(), registry(), cli()}
	return append(images, ours()...)
}

func nginx() Image {
	return Image{
		Name: "library/nginx", Tags: []string{"latest", "1.22", "1"},
		Title: "A web server and reverse proxy",
		Layers: []Layer{base, libc, tls, {
			Comment: "nginx", Packages: []string{"nginx", "nginx-common"},
			Drop: []string{"etc/default/", "etc/init.d/", "etc/logrotate.d/", "etc/ufw/", "etc/nginx/nginx.conf", "usr/share/vim/"},
		}, {
			Comment: "configuration",
			Files:   []File{{Path: "etc/nginx/nginx.conf", Source: "nginx.conf", Mode: 0o644}, {Path: "var/lib/nginx", Mode: 0o755}},
		}},
		Env: []string{pathEnv, "NGINX_VERSION=1.22.1"}, Ports: []string{"80/tcp"},
		Cmd: []string{"nginx", "-g", "daemon off;"}, StopSignal: "SIGQUIT",
	}
}

func nginxSmall() Image {
	small := nginx()
	small.Tags = []string{"alpine", "1.22-alpine"}
	small.Env = append(small.Env, "NGINX_VARIANT=small")
	return small
}

func httpd() Image {
	return Image{
		Name: "library/httpd", Tags: []string{"latest", "2.4"},
		Title: "The Apache web server",
		Layers: []Layer{base, libc, tls, {
			Comment:  "apache libraries",
			Packages: []string{"libapr1", "libaprutil1", "libuuid1", "libexpat1", "media-types"},
			Drop:     []string{"usr/lib/*/apr-util-1/"},
		}, {
			Comment: "apache", Packages: []string{"apache2-bin"},
			Keep: []string{
				"usr/sbin/apache2", "usr/lib/apache2/modules/mod_mpm_event.so", "usr/lib/apache2/modules/mod_authz_core.so",
				"usr/lib/apache2/modules/mod_dir.so", "usr/lib/apache2/modules/mod_mime.so",
			},
		}, {
			Comment: "configuration",
			Files: []File{
				{Path: "usr/local/apache2/conf/httpd.conf", Source: "httpd.conf", Mode: 0o644},
				{Path: "usr/local/apache2/htdocs/index.html", Source: "it-works.html", Mode: 0o644},
				{Path: "usr/local/bin/httpd", Link: "/usr/sbin/apache2"},
			},
		}},
		Env: []string{pathEnv, "HTTPD_VERSION=2.4"}, Ports: []string{"80/tcp"}, WorkDir: "/usr/local/apache2",
		Cmd: []string{"apache2", "-f", "/usr/local/apache2/conf/httpd.conf", "-DFOREGROUND"}, StopSignal: "SIGWINCH",
	}
}

func redis() Image {
	return Image{
		Name: "library/redis", Tags: []string{"latest", "7", "7.0"},
		Title: "A fast key-value store in memory",
		Layers: []Layer{base, libc, tls, systemd, {
			Comment: "redis", Packages: []string{"libjemalloc2", "liblzf1", "libatomic1", "redis-tools", "redis-server"},
			Drop: []string{"etc/", "lib/systemd/", "usr/lib/systemd/", "usr/bin/redis-benchmark"},
		}, {Comment: "data folder", Files: []File{{Path: "data", Mode: 0o755, Owner: 998}}}},
		Env: []string{pathEnv, "REDIS_VERSION=7.0.15"}, Ports: []string{"6379/tcp"}, Volumes: []string{"/data"}, WorkDir: "/data",
		Cmd: []string{"redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--dir", "/data"},
	}
}

func postgres() Image {
	return Image{
		Name: "library/postgres", Tags: []string{"latest", "15"},
		Title: "The PostgreSQL database",
		Layers: []Layer{base, libc, tls, systemd, {
			Comment: "postgres libraries",
			Packages: []string{
				"libicu72", "libldap-2.5-0", "libsasl2-2", "libgssapi-krb5-2", "libkrb5-3", "libkrb5support0", "libk5crypto3",
				"libcom-err2", "libkeyutils1", "libpam0g", "libaudit1", "libcap-ng0", "libselinux1", "libuuid1", "libxml2",
				"libpq5", "libreadline8", "libtinfo6", "libgnutls30", "libnettle8", "libhogweed6", "libgmp10", "libidn2-0",
				"libunistring2", "libp11-kit0", "libffi8", "libtasn1-6", "libbsd0", "libmd0",
			},
		}, {Comment: "time zones", Packages: []string{"tzdata"}, Drop: []string{"usr/share/zoneinfo/right/", "usr/share/zoneinfo/posix/"}}, {
			Comment: "postgres", Packages: []string{"postgresql-15", "postgresql-client-15"},
			Drop: []string{
				"usr/lib/postgresql/15/lib/bitcode/", "usr/lib/postgresql/15/lib/llvmjit*", "usr/share/postgresql/15/man/",
				"usr/lib/postgresql/15/lib/pgxs/", "usr/share/postgresql-common/", "usr/lib/postgresql/15/lib/pgxml.so",
			},
		}, {
			Comment: "entry point",
			Files: []File{
				{Path: "usr/local/bin/docker-entrypoint.sh", Source: "postgres.sh", Mode: 0o755},
				{Path: "usr/local/bin/setpriv-run", Source: "setpriv-run", Mode: 0o755},
				{Path: "usr/local/bin/psql", Link: "/usr/lib/postgresql/15/bin/psql"},
				{Path: "usr/local/bin/pg_isready", Link: "/usr/lib/postgresql/15/bin/pg_isready"},
				{Path: "var/lib/postgresql/data", Mode: 0o700, Owner: 999},
			},
		}},
		Env: []string{pathEnv, "PG_MAJOR=15", "PGDATA=/var/lib/postgresql/data"}, Ports: []string{"5432/tcp"},
		Volumes:    []string{"/var/lib/postgresql/data"},
		Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"postgres"}, StopSignal: "SIGINT",
	}
}

func busybox() Image {
	return Image{
		Name: "library/busybox", Tags: []string{"latest", "1.35"}, Title: "Many small Unix tools in one program",
		Layers: []Layer{base}, Env: []string{pathEnv}, Cmd: []string{"sh"},
	}
}

func registry() Image {
	return Image{
		Name: "library/registry", Tags: []string{"latest", "2"}, Title: "A registry of one's own",
		Layers: []Layer{base, libc, {Comment: "registry", Packages: []string{"docker-registry"}, Keep: []string{"usr/bin/"}}, {
			Comment: "configuration",
			Files: []File{
				{Path: "etc/docker/registry/config.yml", Source: "registry.yml", Mode: 0o644},
				{Path: "var/lib/registry", Mode: 0o755},
			},
		}},
		Env: []string{pathEnv, "OTEL_TRACES_EXPORTER=none"}, Ports: []string{"5000/tcp"}, Volumes: []string{"/var/lib/registry"},
		Cmd: []string{"docker-registry", "serve", "/etc/docker/registry/config.yml"},
	}
}

func cli() Image {
	return Image{
		Name: "library/docker", Tags: []string{"latest", "cli"}, Title: "The docker command",
		Layers: []Layer{base, libc, {Comment: "docker", Packages: []string{"docker.io"}, Keep: []string{"usr/bin/docker"}}},
		Env:    []string{pathEnv}, Cmd: []string{"sh"},
	}
}

func ours() []Image {
	program := func(name string) Layer {
		return Layer{Comment: "program " + name, Files: []File{{Path: "bin/" + name, Source: "box", Mode: 0o755}}}
	}
	note := func(text string) Layer {
		return Layer{Comment: text, Files: []File{{Path: "etc/passwd", Source: "passwd", Mode: 0o644}, {Path: "tmp", Mode: 0o1777}}}
	}
	big := Image{
		Name: "escale/big", Tags: []string{"latest"}, Title: "Sixty megabytes that cannot be compressed, for slow pulls",
		Layers: []Layer{base}, Env: []string{pathEnv}, Cmd: []string{"sh", "-c", "echo big; exec sleep 1000000"},
	}
	for seed := range byte(6) {
		big.Layers = append(big.Layers, Layer{Comment: "filler", Random: 10 << 20, Seed: seed + 1})
	}
	return []Image{
		{
			Name: "library/hello-world", Tags: []string{"latest", "linux"}, Title: "Says hello and ends",
			Layers: []Layer{program("hello")}, Cmd: []string{"/bin/hello"}, Env: []string{pathEnv},
		},
		{
			Name: "escale/exit1", Tags: []string{"latest"}, Title: "Fails at once with code 1",
			Layers: []Layer{note("users"), program("exit1")}, Cmd: []string{"/bin/exit1"}, Env: []string{pathEnv},
		},
		{
			Name: "escale/memory", Tags: []string{"latest"}, Title: "Eats memory until it is killed",
			Layers: []Layer{note("users"), program("memory")}, Cmd: []string{"/bin/memory"}, Env: []string{pathEnv},
		},
		{
			Name: "escale/chatter", Tags: []string{"latest"}, Title: "Prints a million lines, then waits",
			Layers: []Layer{note("users"), program("chatter")}, Cmd: []string{"/bin/chatter"}, Env: []string{pathEnv, "LINES=1000000"},
		},
		big,
	}
}
