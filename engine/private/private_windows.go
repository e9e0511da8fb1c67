package private

import (
	"context"
	"fmt"
	"net"
	"os"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// Listen listens on a pipe that only its owner, and the system itself, can open;
// P keeps what the folder above would allow from being added. MessageMode lets
// each direction end by itself.
func Listen(_ context.Context, path string) (net.Listener, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	listener, err := winio.ListenPipe(path, &winio.PipeConfig{
		SecurityDescriptor: fmt.Sprintf("D:P(A;;GA;;;%s)(A;;GA;;;SY)", user.User.Sid),
		MessageMode:        true,
	})
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	occupy(path)
	return listener, nil
}

// occupy takes the end of a new pipe that only keeps its name, where nobody
// answers. Windows lets no client in there, and says that the pipe is busy; Wine
// would let the first one in.
func occupy(path string) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return
	}
	handle, err := windows.CreateFile(name, windows.GENERIC_READ, 0, nil, windows.OPEN_EXISTING, 0, 0)
	if err == nil {
		_ = windows.CloseHandle(handle)
	}
}

// Folder makes a folder. The user's own data folder lets nobody else in.
func Folder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make private folder: %w", err)
	}
	return nil
}
