//go:build e2e

package ui_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// browser is a real headless Chromium, driven over WebDriver.
type browser struct {
	t       *testing.T
	rig     *rig
	session string // address of the WebDriver session
	client  *http.Client
}

const elementKey = "element-6066-11e4-a52e-4f735466cecf" // W3C WebDriver §11.1

func (r *rig) openBrowser() *browser {
	r.t.Helper()
	driver := exec.Command("chromedriver", "--port=0")
	driver.Env = append(os.Environ(), "HOME="+r.path("browser"))
	out, err := driver.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := driver.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		_ = driver.Process.Kill()
		_ = driver.Wait()
	})
	port := ""
	said := regexp.MustCompile(`successfully on port (\d+)`)
	lines := bufio.NewScanner(out)
	for port == "" && lines.Scan() {
		if m := said.FindStringSubmatch(lines.Text()); m != nil {
			port = m[1]
		}
	}
	if port == "" {
		r.t.Fatal("chromedriver did not say its port")
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	b := &browser{t: r.t, rig: r, client: &http.Client{Timeout: patience}}
	base := "http://127.0.0.1:" + port
	var made struct{ SessionID string }
	b.call(http.MethodPost, base+"/session", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"browserName": "chrome",
		"goog:chromeOptions": map[string]any{"args": []string{
			"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
			"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--window-size=1000,800",
			"--user-data-dir=" + r.t.TempDir(),
		}},
	}}}, &made)
	b.session = base + "/session/" + made.SessionID
	r.t.Cleanup(func() { b.call(http.MethodDelete, b.session, nil, nil) })
	return b
}

func (b *browser) call(method, address string, body, into any) {
	b.t.Helper()
	raw := []byte("{}")
	if body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			b.t.Fatal(err)
		}
	}
	req, err := http.NewRequest(method, address, bytes.NewReader(raw))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	answer, err := b.client.Do(req)
	if err != nil {
		b.t.Fatalf("the browser does not answer: %v", err)
	}
	defer answer.Body.Close()
	var wrapped struct{ Value json.RawMessage }
	if err := json.NewDecoder(answer.Body).Decode(&wrapped); err != nil {
		b.t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		b.t.Fatalf("the browser refused %s: %s", address[strings.LastIndex(address, "/"):], wrapped.Value)
	}
	if into != nil {
		if err := json.Unmarshal(wrapped.Value, into); err != nil {
			b.t.Fatal(err)
		}
	}
}

// address waits for what the program handed to the system browser.
func (r *rig) address() string {
	r.t.Helper()
	path := r.path("run", "address")
	tick, over := time.NewTicker(beat), time.After(patience)
	defer tick.Stop()
	for {
		if raw, err := os.ReadFile(path); err == nil && len(raw) > 0 {
			_ = os.Remove(path)
			return string(raw)
		}
		select {
		case <-tick.C:
		case <-over:
			r.t.Fatalf("no browser was opened\n%s", r.complaints())
		}
	}
}

func (b *browser) open(address string) {
	b.t.Helper()
	b.call(http.MethodPost, b.session+"/url", map[string]string{"url": address}, nil)
}

func (b *browser) find(selector string) []string {
	b.t.Helper()
	var found []map[string]string
	b.call(http.MethodPost, b.session+"/elements", map[string]string{"using": "css selector", "value": selector}, &found)
	var ids []string
	for _, f := range found {
		ids = append(ids, f[elementKey])
	}
	return ids
}

// wait polls until selector finds something.
func (b *browser) wait(selector string) string {
	b.t.Helper()
	tick, over := time.NewTicker(beat), time.After(patience)
	defer tick.Stop()
	for {
		if ids := b.find(selector); len(ids) > 0 {
			return ids[0]
		}
		select {
		case <-tick.C:
		case <-over:
			b.t.Fatalf("the page has no %s", selector)
		}
	}
}

func (b *browser) click(selector string) {
	b.t.Helper()
	b.call(http.MethodPost, b.session+"/element/"+b.wait(selector)+"/click", nil, nil)
}

// says waits until the page holds words.
func (b *browser) says(words string) {
	b.t.Helper()
	tick, over := time.NewTicker(beat), time.After(patience)
	defer tick.Stop()
	for {
		var page string
		b.call(http.MethodGet, b.session+"/source", nil, &page)
		if strings.Contains(page, words) {
			return
		}
		select {
		case <-tick.C:
		case <-over:
			b.t.Fatalf("the page never said %q but %q", words, page)
		}
	}
}

// shot leaves a numbered picture of the page.
func (b *browser) shot(name string) {
	b.t.Helper()
	var encoded string
	b.call(http.MethodGet, b.session+"/screenshot", nil, &encoded)
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		b.t.Fatal(err)
	}
	b.rig.shots++
	path := filepath.Join(b.rig.tour, fmt.Sprintf("%02d-%s.png", b.rig.shots, name))
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.t.Logf("screenshot %s", filepath.Base(path))
}

// approve signs in, ticks every account and says yes, as a person would.
func (b *browser) approve(address string, pictures bool) {
	b.t.Helper()
	shot := func(name string) {
		if pictures {
			b.shot(name)
		}
	}
	b.open(address)
	b.wait("button[value=sign-in]")
	shot("bank-sign-in")
	b.click("button[value=sign-in]")
	b.wait("button[value=choose]")
	for _, box := range b.find("input[type=checkbox]") {
		b.call(http.MethodPost, b.session+"/element/"+box+"/click", nil, nil)
	}
	shot("bank-choose-accounts")
	b.click("button[value=choose]")
	b.wait("button[value=approve]")
	shot("bank-approve")
	b.click("button[value=approve]")
	b.says("Return to Coffer")
}

// deny says no at the sign-in page.
func (b *browser) deny(address string) {
	b.t.Helper()
	b.open(address)
	b.click("button[value=deny]")
	b.says("Return to Coffer")
}
