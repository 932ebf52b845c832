package wire_test

import (
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// TestDebugOutputOfHTTP2HoldsNoToken runs itself with the variable by which net/http prints every
// header of HTTP/2, on both sides here. The door then speaks HTTP/1.1.
func TestDebugOutputOfHTTP2HoldsNoToken(t *testing.T) {
	const inside = "COFFER_TEST_INSIDE"
	if os.Getenv(inside) == "" {
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		child.Env = append(os.Environ(), inside+"=1", "GODEBUG=http2debug=2")
		out, err := child.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "spoken: HTTP/1.1") || strings.Contains(string(out), token) {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	authority := wiretest.NewAuthority(t)
	server, _ := bankOf(t, "HTTP/2", authority, func(_ http.ResponseWriter, r *http.Request) {
		t.Logf("spoken: %s", r.Proto)
	})
	o := open(t, wire.Config{Roots: authority.Pool()}, server.URL)
	if _, err := read(t, o.line, get(server.URL)); err != nil {
		t.Error(err)
	}
}
