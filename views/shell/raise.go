package shell

import "github.com/go-gl/glfw/v3.4/glfw"

// Raise brings the window forward, wherever it is. Any goroutine may call it;
// it does not wait.
func (s *Shell) Raise() {
	s.Post(func() {
		s.window.Show()
		withView(s.window, func(view *glfw.Window) {
			if view.GetAttrib(glfw.Iconified) == glfw.True {
				view.Restore()
			}
		})
		s.window.RequestFocus()
	})
}
