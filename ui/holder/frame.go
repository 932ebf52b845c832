package holder

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// version is the form of the conversation. Another one is answered with "other".
const version = 1

const (
	headBytes  = 4
	mostFrame  = 128 << 10 // bytes of one frame after its head
	chunkBytes = 32 << 10  // of output or a file in one frame; base64 makes four bytes of three
)

// kind says what a frame is for.
type kind string

// From the asker.
const (
	asks    kind = "asks"    // the first frame: a Request
	answers kind = "answers" // to line, open, read, create or shut
	cancels kind = "cancels"
)

// From the holder.
const (
	begins  kind = "begins" // the command runs
	other   kind = "other"  // locked, busy, another vault or another version: help yourself
	shown   kind = "shown"  // the window is in front
	out     kind = "out"
	trouble      = kind("err")
	line    kind = "line" // read a line from the person
	open    kind = "open" // a file that the command names, to read
	read    kind = "read"
	create  kind = "create" // a file that the command names, new
	write   kind = "write"
	shut    kind = "shut"
	remove  kind = "remove"
	ends    kind = "ends" // with Code
)

// frame is one message: four bytes of length, biggest first, and so much JSON.
type frame struct {
	Kind    kind     `json:"kind"`
	Data    []byte   `json:"data,omitempty"`
	Text    string   `json:"text,omitempty"` // a path; in answers what went wrong
	Code    int      `json:"code,omitempty"`
	Over    bool     `json:"over,omitempty"`  // nothing more comes of what was read
	There   bool     `json:"there,omitempty"` // a file that was to be new exists
	Request *Request `json:"request,omitempty"`
}

var errFrame = errors.New("not a frame")

// readFrame reads one frame, of at most mostFrame bytes. It errs with errFrame, io.EOF at the end
// between two frames, or what reading gave.
func readFrame(r io.Reader) (frame, error) {
	var head [headBytes]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return frame{}, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size == 0 || size > mostFrame {
		return frame{}, fmt.Errorf("%w: %d bytes", errFrame, size)
	}
	raw := make([]byte, size)
	if _, err := io.ReadFull(r, raw); err != nil {
		return frame{}, err
	}
	var f frame
	if json.Unmarshal(raw, &f) != nil || f.Kind == "" {
		return frame{}, errFrame
	}
	return f, nil
}

// writeFrame writes one frame in one call.
func writeFrame(w io.Writer, f frame) error {
	raw, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("put a frame into words: %w", err)
	}
	if len(raw) > mostFrame {
		return fmt.Errorf("%w: %d bytes", errFrame, len(raw))
	}
	_, err = w.Write(append(binary.BigEndian.AppendUint32(make([]byte, 0, headBytes+len(raw)), uint32(len(raw))), raw...))
	return err
}

// inChunks calls put for each piece of p that fits a frame.
func inChunks(p []byte, put func([]byte) error) (written int, err error) {
	for written < len(p) {
		n := min(len(p)-written, chunkBytes)
		if err := put(p[written : written+n]); err != nil {
			return written, err
		}
		written += n
	}
	return written, nil
}
