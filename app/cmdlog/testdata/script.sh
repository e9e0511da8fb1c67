#!/bin/sh
# What Escale did.
# needs: [{container old}]
set -e

# not kept: POSTGRES_PASSWORD, API_KEY
ask() {
	eval "value=\${$1-}"
	[ -z "$value" ] || return 0
	printf '%s ' "$2" >&2
	[ ! -t 0 ] || stty -echo
	IFS= read -r "$1" || :
	[ ! -t 0 ] || { stty echo; echo >&2; }
}
ask POSTGRES_PASSWORD 'Value of POSTGRES_PASSWORD:'
ask API_KEY 'Value of API_KEY:'

# pack FOLDER USER GROUP
pack() {
	if tar --version 2>/dev/null | grep -q bsdtar; then
		tar -C "$1" --uid "$2" --gid "$3" -cf - .
	else
		tar -C "$1" --numeric-owner --owner="$2" --group="$3" -cf - .
	fi
}

# when
docker network create shop

# when
docker run -d --name db -v db-data:/data -e POSTGRES_PASSWORD="${POSTGRES_PASSWORD:?}" --network shop postgres:17

# when
container_1=$(docker create -v files:/srv nginx:1.29 'it'\''s' 'a
line')

# when
docker network connect shop "$container_1"

# when
docker start "$container_1"

# when
pack FOLDER 1000 7 | docker cp - "$container_1":/srv

# when
# failed: create container db: conflict
# docker create --name db nginx:1.29

# when
# failed: RemoveContainer nothing: not found
# docker rm -f nothing

# when
docker stop -t 10 db

# when
docker rename db db-before

# when
docker run -d --name db -e POSTGRES_PASSWORD="${POSTGRES_PASSWORD:?}" -e API_KEY="${API_KEY:?}" --network shop postgres:17

# when
docker rm -v db-before

# when
docker rm old

# when
docker volume rm db-data

# when
# careful
docker volume prune -a -f
