// Package holder lets the process that holds a vault be asked by others of the same person: where the socket
// is, who may speak there, and what is said. Commands, questions and results travel, never a key.
package holder

import "errors"

// Why an asker must help itself.
var (
	ErrNobody = errors.New("nobody who holds the vault can be asked") // none is there, it is locked, or it speaks another version
	ErrHeld   = errors.New("another process listens there")
	errBroken = errors.New("the conversation broke off")
)

// IsBroken reports a conversation that ended before the command did: how the command ended is not known.
func IsBroken(err error) bool { return errors.Is(err, errBroken) }

// Request is what an asker wants. Which vault it means is told by the socket and by its name.
type Request struct {
	Version   int      `json:"version"`
	Show      bool     `json:"show,omitempty"` // only bring the window to front
	Vault     string   `json:"vault,omitempty"`
	Args      []string `json:"args,omitempty"`
	Languages []string `json:"languages,omitempty"` // the asker's, best first
}
