package link_test

import (
	"os"
	"strings"
	"testing"
)

// listening counts the sockets of this process that listen on IPv4.
func listening(t *testing.T) int {
	t.Helper()
	table, err := os.ReadFile("/proc/self/net/tcp")
	if err != nil {
		t.Fatal(err)
	}
	waits := map[string]bool{}
	for line := range strings.Lines(string(table)) {
		if fields := strings.Fields(line); len(fields) > 9 && fields[3] == "0A" {
			waits["socket:["+fields[9]+"]"] = true
		}
	}
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		if to, err := os.Readlink("/proc/self/fd/" + f.Name()); err == nil && waits[to] {
			n++
		}
	}
	if n == 0 {
		t.Fatal("not even the test's bank is seen to listen")
	}
	return n
}
