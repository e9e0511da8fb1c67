package hubstand

import (
	"cmp"
	"slices"
	"strings"
)

// entry is a repository that the stand-in knows by name.
type entry struct {
	name        string // "redis", "library/" left out, or "bitnami/redis"
	description string
	stars       int
	pulls       int64
	official    bool
}

// full is the name with its namespace.
func (e entry) full() string {
	if strings.Contains(e.name, "/") {
		return e.name
	}
	return "library/" + e.name
}

// officials: name, what it is, stars, pulls in millions.
var officials = []struct {
	name, description string
	stars             int
	millions          int64
}{
	{"nginx", "A web server that also forwards and balances requests.", 20900, 12700},
	{"redis", "A key-value store that keeps its data in memory.", 13600, 11400},
	{"postgres", "A relational database known for keeping its promises.", 14600, 10900},
	{"httpd", "The Apache web server.", 4890, 3900},
	{"busybox", "Many small Unix tools in one program.", 3430, 10800},
	{"hello-world", "Says hello, to show that everything works.", 2460, 2110},
	{"alpine", "A very small Linux with a package manager.", 11500, 10900},
	{"ubuntu", "A Linux for desktops and servers.", 17700, 9600},
	{"debian", "A Linux made by volunteers.", 5270, 2400},
	{"mariadb", "A relational database, a relative of MySQL.", 6040, 2900},
	{"mysql", "A widely used relational database.", 16000, 4900},
	{"mongo", "A database of documents rather than tables.", 10600, 4700},
	{"node", "Runs JavaScript programs outside of a browser.", 13900, 9400},
	{"python", "Runs programs written in Python.", 10400, 9700},
	{"golang", "Builds programs written in Go.", 5130, 3100},
	{"rust", "Builds programs written in Rust.", 1390, 280},
	{"php", "Runs programs written in PHP.", 7960, 1900},
	{"ruby", "Runs programs written in Ruby.", 2480, 1300},
	{"openjdk", "Runs programs written in Java.", 4080, 3300},
	{"wordpress", "A site or a blog, written in the browser.", 5900, 1600},
	{"adminer", "Looks into a database, from the browser.", 870, 190},
	{"registry", "Keeps images and hands them out.", 4240, 6200},
	{"traefik", "Finds services and forwards requests to them.", 3600, 3500},
	{"caddy", "A web server that arranges its certificates itself.", 980, 620},
	{"rabbitmq", "Passes messages between programs.", 5360, 3300},
	{"memcached", "Remembers answers so that they need not be computed twice.", 2370, 2800},
	{"elasticsearch", "Searches through large amounts of text.", 6600, 960},
	{"kibana", "Draws what Elasticsearch holds.", 2700, 440},
	{"influxdb", "A database of measurements over time.", 1960, 1300},
	{"nextcloud", "Files, calendars and contacts on a server of one's own.", 4490, 1100},
	{"ghost", "A place to publish articles and letters.", 1830, 210},
	{"drupal", "Manages the content of a site.", 1080, 160},
	{"joomla", "Manages the content of a site.", 560, 95},
	{"jenkins", "Builds and tests programs by itself.", 5720, 120},
	{"sonarqube", "Looks for mistakes in source code.", 2240, 390},
	{"haproxy", "Balances requests between servers.", 2020, 1900},
	{"nats", "Passes messages between programs, quickly.", 640, 390},
	{"fedora", "A Linux with recent software.", 1240, 130},
	{"archlinux", "A Linux that is always up to date.", 620, 72},
	{"neo4j", "A database of things and how they are linked.", 1540, 420},
	{"couchdb", "A database of documents, spoken to over the web.", 820, 210},
	{"cassandra", "A database spread over many computers.", 1720, 380},
	{"vault", "Keeps secrets.", 1150, 260},
	{"consul", "Lets services find one another.", 1440, 2600},
}

// owners publish variations of the well-known images.
var owners = []string{
	"bitnami", "linuxserver", "amberworks", "bluefox", "cloudnest", "deltalab", "eastwind", "fieldnote", "greenpine",
	"harborside", "ironleaf", "junipers", "kilnworks", "lakehouse", "maplebyte", "northgate", "oakstream", "paperkite",
	"quartzbox", "riverstone", "saltmarsh", "tinlantern", "umberfox", "valleyops", "willowtech", "yellowbrick",
}

// catalogue is every known entry, officials first, then by pulls.
func catalogue() []entry {
	var all []entry
	for _, o := range officials {
		all = append(all, entry{o.name, o.description, o.stars, o.millions*1_000_000 + int64(o.stars), true})
		for i, owner := range owners {
			rank := i + 2
			all = append(all, entry{
				name: owner + "/" + o.name, description: strings.TrimSuffix(o.description, ".") + ", as packed by " + owner + ".",
				stars: o.stars / (rank * rank * 5), pulls: o.millions * 1_000_000 / int64(rank*rank*rank*3),
			})
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return cmp.Compare(b.pulls, a.pulls) })
	return all
}

// find returns what matches query: the exact name first, then officials, then
// by pulls.
func find(all []entry, query string) []entry {
	query = strings.ToLower(strings.TrimSpace(query))
	query = strings.TrimPrefix(query, "library/")
	var found []entry
	for _, e := range all {
		if strings.Contains(strings.ToLower(e.name), query) || strings.Contains(strings.ToLower(e.description), query) {
			found = append(found, e)
		}
	}
	rank := func(e entry) int {
		switch {
		case e.name == query:
			return 0
		case e.official && strings.HasPrefix(e.name, query):
			return 1
		case e.official:
			return 2
		}
		return 3
	}
	slices.SortStableFunc(found, func(a, b entry) int { return cmp.Compare(rank(a), rank(b)) })
	return found
}
