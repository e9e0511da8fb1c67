package mend

// Permission is what the user needs to know to be let into a socket.
type Permission struct {
	Socket string // its path
	Group  string // members of it may use the socket; empty when no group may, or the socket cannot be seen
	User   string // the current user's name
	Member bool   // the user is in the group already, but logged in before that
}
