//go:build e2e

package ui_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	screenWide = 1280
	screenHigh = 800
	patience   = 90 * time.Second
	beat       = 50 * time.Millisecond
)

// rig is a virtual display, a home of its own, and the built program.
type rig struct {
	t       *testing.T
	display string
	home    string // HOME, XDG folders, data and temp: everything the program may write
	program string
	tour    string // where screenshots go
	shots   int
	windows []*window
}

// need fails by name when an outside tool is missing.
func need(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is missing: make tools-e2e installs it", tool)
		}
	}
}

func newRig(t *testing.T) *rig {
	t.Helper()
	need(t, "Xvfb", "xdotool", "xclip", "import", "chromedriver")
	r := &rig{t: t, home: t.TempDir(), program: os.Getenv("COFFER_PROGRAM"), tour: os.Getenv("COFFER_TOUR")}
	if r.program == "" {
		t.Fatal("COFFER_PROGRAM names no program: run make e2e")
	}
	if r.tour == "" {
		r.tour = t.TempDir()
	}
	for _, dir := range []string{r.tour, r.path("bin"), r.path("tmp"), r.path("run")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	// What would open the person's browser leaves the address here instead; the run's own browser takes it.
	script := "#!/bin/sh\nprintf '%s' \"$1\" > \"$COFFER_E2E_ADDRESS.new\" && mv \"$COFFER_E2E_ADDRESS.new\" \"$COFFER_E2E_ADDRESS\"\n"
	if err := os.WriteFile(r.path("bin", "xdg-open"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	r.startDisplay()
	return r
}

func (r *rig) path(parts ...string) string {
	return filepath.Join(append([]string{r.home}, parts...)...)
}

// startDisplay lets the X server choose its own number.
func (r *rig) startDisplay() {
	r.t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		r.t.Fatal(err)
	}
	defer read.Close()
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", screenWide, screenHigh), "-nolisten", "tcp", "-r") // -r: a key that is up late, on a busy machine, types no second letter
	server.ExtraFiles = []*os.File{write}
	if err := server.Start(); err != nil {
		r.t.Fatal(err)
	}
	write.Close()
	r.t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		r.t.Fatalf("the virtual display did not start: %v", err)
	}
	r.display = ":" + strings.TrimSpace(number)
}

// environment is what the program sees: this home, this display, no keyring, no real browser.
func (r *rig) environment(extra ...string) []string {
	return append([]string{
		"HOME=" + r.home, "XDG_DATA_HOME=" + r.path("data"), "XDG_CONFIG_HOME=" + r.path("config"), "XDG_CACHE_HOME=" + r.path("cache"),
		"XDG_RUNTIME_DIR=" + r.path("run"), "TMPDIR=" + r.path("tmp"), "DISPLAY=" + r.display, "LANG=en_GB.UTF-8", "LIBGL_ALWAYS_SOFTWARE=1",
		"PATH=" + r.path("bin") + ":/usr/bin:/bin", "COFFER_INSPECT=" + r.path("run", "seen.json"), "COFFER_E2E_ADDRESS=" + r.path("run", "address"),
	}, extra...)
}

// window is one run of the program.
type window struct {
	*rig
	id     string // of the X window
	cmd    *exec.Cmd
	errors *bytes.Buffer
	ended  chan error
}

// open starts the window and puts it at the corner of the screen.
func (r *rig) open(args []string, extra ...string) *window {
	r.t.Helper()
	w := r.begin(args, extra...)
	w.find()
	return w
}

// begin starts the program.
func (r *rig) begin(args []string, extra ...string) *window {
	r.t.Helper()
	_ = os.Remove(r.path("run", "seen.json"))
	w := &window{rig: r, cmd: exec.Command(r.program, args...), errors: &bytes.Buffer{}, ended: make(chan error, 1)}
	w.cmd.Env, w.cmd.Dir = r.environment(extra...), r.home
	w.cmd.Stderr, w.cmd.Stdout = io.MultiWriter(w.errors), io.Discard
	if err := w.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	go func() { w.ended <- w.cmd.Wait() }()
	r.windows = append(r.windows, w)
	r.t.Cleanup(func() { _ = w.cmd.Process.Kill() })
	return w
}

// find waits for the window, and puts it at the corner of the screen.
func (w *window) find() {
	w.t.Helper()
	w.id = strings.Fields(w.xdotool("search", "--sync", "--onlyvisible", "--name", "^Coffer$"))[0]
	w.xdotool("windowmove", "--sync", w.id, "0", "0")
	w.xdotool("windowsize", w.id, strconv.Itoa(screenWide), strconv.Itoa(screenHigh))
	w.xdotool("windowfocus", "--sync", w.id)
}

func (r *rig) xdotool(args ...string) string {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "xdotool", args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+r.display)
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("xdotool %v: %v\n%s\n%s", args, err, out, r.complaints())
	}
	return string(out)
}

func (r *rig) complaints() string {
	var all strings.Builder
	for _, w := range r.windows {
		all.Write(w.errors.Bytes())
	}
	return all.String()
}

// close asks the window to end and waits for it. What it wrote must hold no complaint of the toolkit.
func (w *window) close() {
	w.t.Helper()
	if err := w.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		w.t.Fatal(err)
	}
	select {
	case err := <-w.ended:
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			w.t.Fatal(err)
		}
	case <-time.After(patience):
		w.t.Fatal("the window did not close")
	}
	if text := w.errors.String(); strings.Contains(text, "Error in Fyne call thread") || strings.Contains(text, "panic") {
		w.t.Fatalf("the window complained:\n%s", text)
	}
}

// seen is one text in the window, and where its middle is.
type seen struct {
	Text string `json:"text"`
	X    int    `json:"x"`
	Y    int    `json:"y"`
	Tap  bool   `json:"tap"`
}

func (w *window) look() []seen {
	raw, err := os.ReadFile(w.path("run", "seen.json"))
	if err != nil {
		return nil
	}
	var all []seen
	if json.Unmarshal(raw, &all) != nil {
		return nil
	}
	return slices.DeleteFunc(all, func(s seen) bool { return s.X < 0 || s.Y < 0 || s.X >= screenWide || s.Y >= screenHigh })
}

// until polls until found says yes, and fails with what was awaited and what is there.
func (w *window) until(what string, found func([]seen) bool) {
	w.t.Helper()
	tick, over := time.NewTicker(beat), time.After(patience)
	defer tick.Stop()
	for {
		all := w.look()
		if found(all) {
			return
		}
		select {
		case <-tick.C:
		case err := <-w.ended:
			w.t.Fatalf("the window ended (%v) while waiting for %s\n%s", err, what, w.complaints())
		case <-over:
			w.rig.shot("stuck")
			w.t.Fatalf("waited for %s; there is:\n%v\n%s", what, texts(all), w.complaints())
		}
	}
}

func texts(all []seen) (words []string) {
	for _, s := range all {
		words = append(words, s.Text)
	}
	return words
}

// see waits for a text that starts with words.
func (w *window) see(words string) seen {
	w.t.Helper()
	var got seen
	w.until(strconv.Quote(words), func(all []seen) bool {
		for _, s := range all {
			if strings.HasPrefix(s.Text, words) {
				got = s
				return true
			}
		}
		return false
	})
	return got
}

// gone waits until no text starts with words.
func (w *window) gone(words string) {
	w.t.Helper()
	w.until("no "+strconv.Quote(words), func(all []seen) bool {
		return len(all) > 0 && !slices.ContainsFunc(all, func(s seen) bool { return strings.HasPrefix(s.Text, words) })
	})
}

// click presses the middle of a pressable text that starts with words, once it stands still.
func (w *window) click(words string) {
	w.t.Helper()
	var last, got seen
	w.until("a button "+strconv.Quote(words), func(all []seen) bool {
		for _, s := range all {
			if s.Tap && strings.HasPrefix(s.Text, words) {
				still := s == last
				last, got = s, s
				return still
			}
		}
		last = seen{}
		return false
	})
	w.clickAt(got.X, got.Y)
}

func (w *window) clickAt(x, y int) {
	w.t.Helper()
	w.xdotool("mousemove", strconv.Itoa(x), strconv.Itoa(y), "click", "1")
}

func (w *window) write(text string) {
	w.t.Helper()
	w.xdotool("type", "--delay", "12", "--", text)
}

func (w *window) key(keys ...string) {
	w.t.Helper()
	w.xdotool(append([]string{"key", "--delay", "30"}, keys...)...)
}

// shot leaves a numbered picture of the screen, once what the window says that it shows is drawn: it says so between frames.
func (w *window) shot(name string) {
	w.t.Helper()
	var last time.Time
	said := 0
	w.until("a frame", func([]seen) bool {
		if told, err := os.Stat(w.path("run", "seen.json")); err == nil && !told.ModTime().Equal(last) {
			last = told.ModTime()
			said++
		}
		return said > 2
	})
	w.rig.shot(name)
}

// shot leaves a numbered picture of the screen.
func (r *rig) shot(name string) {
	r.t.Helper()
	r.shots++
	path := filepath.Join(r.tour, fmt.Sprintf("%02d-%s.png", r.shots, name))
	cmd := exec.Command("import", "-display", r.display, "-window", "root", path)
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("no screenshot: %v\n%s", err, out)
	}
	r.t.Logf("screenshot %s", filepath.Base(path))
}

// run runs a command of the program without a window and returns what it printed.
func (r *rig) run(passphrase string, args ...string) (out string, code int) {
	r.t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		r.t.Fatal(err)
	}
	defer read.Close()
	if _, err := write.WriteString(passphrase + "\n"); err != nil {
		r.t.Fatal(err)
	}
	write.Close()
	cmd := exec.Command(r.program, append([]string{"--passphrase-fd", "3"}, args...)...)
	cmd.ExtraFiles = []*os.File{read}
	cmd.Env, cmd.Dir = r.environment(), r.home
	var complained bytes.Buffer
	cmd.Stderr = &complained
	raw, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	if cmd.ProcessState.ExitCode() != 0 {
		return complained.String(), cmd.ProcessState.ExitCode()
	}
	return string(raw), 0
}
