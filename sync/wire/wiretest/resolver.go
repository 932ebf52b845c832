package wiretest

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
)

// Names is a name server in memory. It counts what it is asked.
type Names struct {
	mu      sync.Mutex
	answers map[string][][]netip.Addr
	asked   []string
	done    sync.WaitGroup
}

// NewNames returns a name server that answers the n-th question for a name with the n-th list of
// addresses, and goes on with the last one: a name that is rebound has two.
func NewNames(t testing.TB, answers map[string][][]netip.Addr) *Names {
	n := &Names{answers: answers}
	t.Cleanup(n.done.Wait)
	return n
}

// Resolver returns a resolver that asks n and nobody else.
func (n *Names) Resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, StrictErrors: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		n.done.Go(func() { n.serve(server) })
		return client, nil
	}}
}

// Asked returns each name that was looked up for an IPv4 address, in order.
func (n *Names) Asked() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]string(nil), n.asked...)
}

// serve answers questions over a stream (RFC 1035 §4.2.2) until the client has gone.
func (n *Names) serve(conn net.Conn) {
	defer conn.Close()
	for {
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		question := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, question); err != nil {
			return
		}
		answer := n.answer(question)
		if _, err := conn.Write(binary.BigEndian.AppendUint16(nil, uint16(len(answer)))); err != nil {
			return
		}
		if _, err := conn.Write(answer); err != nil {
			return
		}
	}
}

const (
	headerBytes = 12
	typeA       = 1
)

func (n *Names) answer(question []byte) []byte {
	name, at := "", headerBytes
	for at < len(question) && question[at] != 0 {
		end := at + 1 + int(question[at])
		name += string(question[at+1:end]) + "."
		at = end
	}
	at += 5 // the root label, type and class
	kind := binary.BigEndian.Uint16(question[at-4:])
	var found []netip.Addr
	known := false
	if kind == typeA {
		found, known = n.look(strings.TrimSuffix(strings.ToLower(name), "."))
	} else {
		n.mu.Lock()
		_, known = n.answers[strings.TrimSuffix(strings.ToLower(name), ".")]
		n.mu.Unlock()
	}
	flags := uint16(0x8180) // an answer, recursion wanted and done
	if !known {
		flags |= 3 // no such name
	}
	head := append([]byte{}, question[:2]...)
	head = binary.BigEndian.AppendUint16(head, flags)
	head = binary.BigEndian.AppendUint16(head, 1)
	head = binary.BigEndian.AppendUint16(head, uint16(len(found)))
	head = append(head, 0, 0, 0, 0)
	out := append(head, question[headerBytes:at]...)
	for _, addr := range found {
		out = append(out, 0xc0, headerBytes, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4) // the name above, IPv4, for no time
		four := addr.As4()
		out = append(out, four[:]...)
	}
	return out
}

func (n *Names) look(name string) ([]netip.Addr, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked = append(n.asked, name)
	lists, known := n.answers[name]
	if len(lists) == 0 {
		return nil, known
	}
	if len(lists) > 1 {
		n.answers[name] = lists[1:]
	}
	return lists[0], true
}
