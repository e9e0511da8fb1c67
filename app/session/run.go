package session

import "context"

// Run keeps the session until ctx ends.
func (s *Session) Run(ctx context.Context) { <-ctx.Done() }
