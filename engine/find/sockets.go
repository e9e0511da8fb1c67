package find

import (
	"path/filepath"

	"escale/engine"
)

// standard is where the docker command looks when nobody told it anything.
func standard(env Environment) []place {
	p := socket("/var/run/docker.sock", "Docker", genericName, env.Root)
	if env.GOOS == "windows" {
		p = pipe("docker_engine", "Docker", genericName)
	}
	p.Endpoint.Current = true
	return []place{p}
}

// sockets lists where engines listen unless somebody configured them otherwise.
func sockets(env Environment) []place {
	if env.GOOS == "windows" {
		return []place{
			pipe("docker_engine", "Docker", genericName),
			pipe("dockerDesktopLinuxEngine", "Docker Desktop", productName),
			pipe("podman-machine-default", "Podman", productName),
		}
	}
	var out []place
	add := func(base, path, name string, rank rank) {
		if base != "" {
			out = append(out, socket(filepath.Join(base, path), name, rank, ""))
		}
	}
	out = append(out, socket("/var/run/docker.sock", "Docker", genericName, env.Root))
	add(env.RuntimeDir, "docker.sock", "Docker (rootless)", genericName)
	if env.GOOS == "darwin" {
		add(env.Home, ".docker/run/docker.sock", "Docker Desktop", productName)
	} else {
		add(env.Home, ".docker/run/docker.sock", "Docker (rootless)", genericName)
	}
	add(env.Home, ".docker/desktop/docker.sock", "Docker Desktop", productName)
	add(env.Home, ".colima/default/docker.sock", "Colima", productName)
	add(configHome(env), "colima/default/docker.sock", "Colima", productName)
	add(env.Home, ".rd/docker.sock", "Rancher Desktop", productName)
	if env.GOOS == "darwin" {
		add(env.Home, ".orbstack/run/docker.sock", "OrbStack", productName)
		machines := filepath.Join(".local", "share", "containers", "podman", "machine")
		add(env.Home, filepath.Join(machines, "podman.sock"), "Podman", productName)
		add(env.Home, filepath.Join(machines, "podman-machine-default", "podman.sock"), "Podman", productName)
		add(env.Getenv("TMPDIR"), "podman/podman-machine-default-api.sock", "Podman", productName)
		return out
	}
	out = append(out, socket("/run/podman/podman.sock", "Podman", productName, env.Root))
	add(env.RuntimeDir, "podman/podman.sock", "Podman (rootless)", productName)
	return out
}

func configHome(env Environment) string {
	if dir := env.Getenv("XDG_CONFIG_HOME"); dir != "" {
		return dir
	}
	if env.Home == "" {
		return ""
	}
	return filepath.Join(env.Home, ".config")
}

func socket(path, name string, rank rank, root string) place {
	return address(filepath.Join(root, path), "unix://"+filepath.Join(root, path), name, rank)
}

func pipe(pipeName, name string, rank rank) place {
	return address("//./pipe/"+pipeName, "npipe:////./pipe/"+pipeName, name, rank)
}

func address(path, host, name string, rank rank) place {
	return place{rank: rank, Candidate: engine.Candidate{
		Endpoint: engine.Endpoint{ID: "socket:" + path, Kind: engine.EndpointSocket, Name: name, Host: host},
	}}
}
