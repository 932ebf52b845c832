package banktest

import (
	"fmt"
	"net/http"
	"strconv"
)

// Cut is where a connection breaks off.
type Cut int

// The cuts. Whole is none.
const (
	Whole       Cut = iota
	BeforeHead      // nothing of the answer comes
	InHead          // half of the value of a header does
	InName          // half of the name of one does
	AfterHead       // the head does, and nothing of the body
	InBody          // half of what Content-Length says does
	BeforeLast      // all of it but the last byte does
	InChunk         // half of a chunk does
	AfterChunk      // a whole chunk does, and not the one that ends the body
	Unsaid          // half of a body whose length nobody says: its end is the end of the connection
	Reset           // half of the body does, then TCP says that the connection is dead
	AfterAnswer     // all of it does, and the connection ends without a word
	cuts
)

// Cuts returns every Cut that leaves something out.
func Cuts() []Cut {
	var all []Cut
	for c := BeforeHead; c < AfterAnswer; c++ {
		all = append(all, c)
	}
	return all
}

func (c Cut) String() string {
	return [cuts]string{"whole", "before the head", "in the head", "in the name of a header", "after the head", "in the body", "before the last byte", "in a chunk", "after a chunk",
		"in a body of no said length", "reset", "after the answer"}[c]
}

// write tells t as far as its cut lets it.
func (t Told) write(w http.ResponseWriter) {
	if t.Cut != Whole {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return // there is no one to tell
		}
		defer conn.Close()
		_, _ = conn.Write(t.cut()) // a client that went away is the client's affair
		if tcp, ok := conn.(interface{ SetLinger(seconds int) error }); ok && t.Cut == Reset {
			_ = tcp.SetLinger(0)
		}
		return
	}
	for name, values := range t.Header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(t.Body)))
	w.WriteHeader(t.Status)
	_, _ = w.Write(t.Body)
}

// cut is what of t gets through.
func (t Told) cut() []byte {
	head := fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: application/json\r\n", t.Status, http.StatusText(t.Status))
	sized := head + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(t.Body))
	half := string(t.Body[:len(t.Body)/2])
	switch t.Cut {
	case BeforeHead:
		return nil
	case InHead:
		return []byte(head[:len(head)-8])
	case InName:
		return []byte(head[:len(head)-22])
	case AfterHead:
		return []byte(sized)
	case InBody, Reset:
		return []byte(sized + half)
	case BeforeLast:
		return []byte(sized + string(t.Body[:max(0, len(t.Body)-1)]))
	case InChunk:
		return []byte(head + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s", len(t.Body), half))
	case AfterChunk:
		return []byte(head + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(half), half))
	case Unsaid:
		return []byte(head + "Connection: close\r\n\r\n" + half)
	}
	return []byte(sized + string(t.Body))
}
