//go:build interop

package desk_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"coffer/app/consent"
)

// TestInteropByARealBrowser links, renews the link and revokes with Chromium at oidc-provider's own pages. The second time
// it is signed in already, and only consents.
func TestInteropByARealBrowser(t *testing.T) {
	v, c := visit(t, "none"), openChromium(t)
	pages := 0
	v.browse = func(_ context.Context, address string) error {
		c.must("/url", map[string]any{"url": address})
		if pages++; pages == 1 {
			c.typed("input[name=login]", "alex")
			c.typed("input[name=password]", "any")
			c.click("input[value=login] ~ button")
			pages++
		}
		c.click("input[value=consent] ~ button")
		if text := c.text("main h1"); text != "Return to Coffer" {
			t.Errorf("the last page says %q", text)
		}
		return nil
	}
	id, err := v.link("")
	must(t, err)
	must(t, v.later(id))
	same, err := v.link(id)
	if err != nil || same != id || pages != 3 {
		t.Fatalf("renewed %q after %d pages: %v", same, pages, err)
	}
	must(t, v.later(id))
	if l := v.view(id); l.State != consent.Active || len(l.Accounts) != 2 || v.rows() != 30 {
		t.Errorf("linked: %+v with %d rows", l.Link, v.rows())
	}
	receipt, err := v.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved {
		t.Fatalf("revoked: %+v, %v", receipt.Steps, err)
	}
	t.Logf("Chromium: %d pages of oidc-provider, linked, renewed, revoked with proof", pages)
}

// chromium is a real headless browser, driven over WebDriver. It looks no name up: nothing leaves this computer.
type chromium struct {
	t       *testing.T
	session string
}

func openChromium(t *testing.T) *chromium {
	t.Helper()
	driver := exec.Command("chromedriver", "--port=0")
	driver.Env = append(os.Environ(), "HOME="+t.TempDir())
	out, err := driver.StdoutPipe()
	must(t, err)
	must(t, driver.Start())
	t.Cleanup(func() {
		_ = driver.Process.Kill()
		_ = driver.Wait()
	})
	said, port := regexp.MustCompile(`successfully on port (\d+)`), ""
	for lines := bufio.NewScanner(out); port == "" && lines.Scan(); {
		if m := said.FindStringSubmatch(lines.Text()); m != nil {
			port = m[1]
		}
	}
	if port == "" {
		t.Fatal("chromedriver did not say its port")
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	c := &chromium{t: t, session: "http://127.0.0.1:" + port + "/session"}
	made := c.must("", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"browserName": "chrome", "timeouts": map[string]int{"implicit": 20_000, "pageLoad": 30_000}, // milliseconds
		"goog:chromeOptions": map[string]any{"args": []string{
			"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
			"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
			"--user-data-dir=" + t.TempDir(),
		}},
	}}})
	c.session += "/" + fmt.Sprint(made.(map[string]any)["sessionId"])
	t.Cleanup(func() {
		if _, err := c.call(context.WithoutCancel(t.Context()), http.MethodDelete, "", nil); err != nil {
			t.Error(err)
		}
	})
	return c
}

func (c *chromium) must(path string, body any) any {
	c.t.Helper()
	value, err := c.call(c.t.Context(), http.MethodPost, path, body)
	must(c.t, err)
	return value
}

// call makes one WebDriver call and returns its value.
func (c *chromium) call(ctx context.Context, method, path string, body any) (any, error) {
	var raw io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		raw = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.session+path, raw)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var said struct{ Value any }
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the browser refused %s: %v", path, said.Value)
	}
	return said.Value, nil
}

// element waits for what selector finds, and returns its path.
func (c *chromium) element(selector string) string {
	c.t.Helper()
	found := c.must("/element", map[string]string{"using": "css selector", "value": selector})
	for _, id := range found.(map[string]any) { // one key, which WebDriver §11.1 fixes
		return fmt.Sprint("/element/", id)
	}
	c.t.Fatalf("no %s", selector)
	return ""
}

func (c *chromium) click(selector string) {
	c.t.Helper()
	c.must(c.element(selector)+"/click", map[string]any{})
}

func (c *chromium) typed(selector, text string) {
	c.t.Helper()
	c.must(c.element(selector)+"/value", map[string]string{"text": text})
}

func (c *chromium) text(selector string) string {
	c.t.Helper()
	value, err := c.call(c.t.Context(), http.MethodGet, c.element(selector)+"/text", nil)
	must(c.t, err)
	return fmt.Sprint(value)
}
