//go:build unix

package whole

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

func alive(p *os.Process) error { return p.Signal(syscall.Signal(0)) }

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync the folder: %w", err)
	}
	return nil
}
