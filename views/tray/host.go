package tray

// Hosted is what is known of the desktop's place for tray icons.
type Hosted int

// What there is to know.
const (
	Unknown Hosted = iota // nobody has said yet
	Absent                // an icon would be seen by nobody
	Present
)
