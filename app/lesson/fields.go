package lesson

// Kind is what a fact is about.
type Kind string

// The kinds of facts.
const (
	OnContainer Kind = "container"
	OnImage     Kind = "image"
	OnVolume    Kind = "volume"
	OnNetwork   Kind = "network"
	OnFile      Kind = "file"
	OnEvent     Kind = "event"
)

// shape is what the values of a field are.
type shape int

const (
	textual shape = iota + 1 // = != ~ !~
	sought                   // ~ !~
	counted                  // = != < <= > >=
	yesno                    // =, !=; yes or no
	since                    // =; task or lesson
	ofTask                   // =; the ID of an earlier task
	exact                    // =; a text
)

// fields are the fields of every kind of fact.
var fields = map[Kind]map[string]shape{
	OnContainer: {
		"name": textual, "image": textual, "state": textual, "exit": counted, "oom": yesno, "health": textual, "command": textual,
		"port": counted, "host": counted, "public": yesno, "mount": textual, "target": textual, "folder": yesno, "network": textual,
		"env": textual, "memory": counted, "cpus": counted, "restart": textual, "privileged": yesno, "user": textual,
		"log": sought, "started": since, "of": ofTask, "new": since,
	},
	OnImage: {"ref": textual, "size": counted, "layers": counted, "uses": counted, "of": ofTask, "new": since},
	OnVolume: {
		"name": textual, "driver": textual, "uses": counted, "anonymous": yesno, "size": counted, "of": ofTask, "new": since,
	},
	OnNetwork: {
		"name": textual, "driver": textual, "internal": yesno, "builtin": yesno, "members": counted, "of": ofTask, "new": since,
	},
	OnFile: {
		"path": exact, "container": exact, "volume": exact, "of": ofTask,
		"text": sought, "size": counted, "sha256": exact, "same": ofTask,
	},
	OnEvent: {
		"type": textual, "action": textual, "name": textual, "image": textual, "exit": counted, "of": ofTask, "new": since,
	},
}

// operators are the comparisons that a shape knows.
var operators = map[shape][]Op{
	textual: {Is, IsNot, Like, Unlike},
	sought:  {Like, Unlike},
	counted: {Is, IsNot, Less, AtMost, More, AtLeast},
	yesno:   {Is, IsNot},
	since:   {Is},
	ofTask:  {Is},
	exact:   {Is},
}

// costly are the fields that take more than a list to know: they are looked at
// last.
var costly = map[string]int{
	"env": 1, "memory": 1, "cpus": 1, "restart": 1, "privileged": 1, "user": 1, "layers": 1, "log": 2,
}

// members and size cost as well, but only of these kinds.
func cost(kind Kind, field string) int {
	switch {
	case kind == OnNetwork && field == "members":
		return 1
	case kind == OnFile:
		return 0 // read whole, whatever is asked
	}
	return costly[field]
}
