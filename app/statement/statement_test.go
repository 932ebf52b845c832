package statement_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/app/statement"
)

// echo knows files that start with "echo" and reads their lines.
var echo = statement.Format{
	Name:  "echo",
	Sniff: func(head string) bool { return strings.HasPrefix(head, "echo") },
	Read: func(_ context.Context, raw string, _ statement.Options) (statement.File, error) {
		if strings.Contains(raw, "bad") {
			return statement.File{}, statement.Refuse(7, "echo.bad", errors.New("bad"), "code", "1")
		}
		return statement.File{Lines: len(raw)}, nil
	},
}

func TestRead(t *testing.T) {
	for name, test := range map[string]struct {
		r    io.Reader
		kind fault.Kind
		line string
	}{
		"an unknown format":        {strings.NewReader("other"), fault.UnknownFormat, ""},
		"an empty file":            {strings.NewReader(""), fault.UnknownFormat, ""},
		"a refused file":           {strings.NewReader("echo bad"), fault.BadFile, "7"},
		"a file beyond the limit":  {strings.NewReader("echo " + strings.Repeat("x", 100)), fault.BadFile, "1"},
		"a disk that fails":        {iotest.ErrReader(io.ErrClosedPipe), fault.DiskFailed, ""},
		"a disk that fails midway": {io.MultiReader(strings.NewReader("echo"), iotest.ErrReader(io.ErrClosedPipe)), fault.DiskFailed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := statement.Read(t.Context(), []statement.Format{echo}, test.r, statement.Options{MaxBytes: 100})
			if f := fault.Of(err); fault.KindOf(err) != test.kind || f == nil || f.Args["line"] != test.line {
				t.Errorf("read %+v, %v; want kind %d in line %q", got, err, test.kind, test.line)
			}
		})
	}
	f, err := statement.Read(t.Context(), []statement.Format{echo}, iotest.OneByteReader(strings.NewReader("echo12345")), statement.Options{MaxBytes: 9})
	if err != nil || f.Format != "echo" || f.Lines != 9 {
		t.Errorf("a file of just the limit: %+v, %v", f, err)
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := statement.Read(ctx, []statement.Format{echo}, strings.NewReader("echo"), statement.Options{})
	if fault.KindOf(err) != fault.Canceled {
		t.Errorf("got %v", err)
	}
}

func TestDecode(t *testing.T) {
	for name, test := range map[string]struct{ raw, text, encoding string }{
		"ASCII":                             {"abc", "abc", statement.UTF8},
		"UTF-8 whatever a header says":      {"CHARSET:1252 Süd", "CHARSET:1252 Süd", statement.UTF8},
		"a byte order mark":                 {"\ufeffabc", "abc", statement.UTF8},
		"Windows-1252":                      {"S\xfcd \x80 5", "Süd € 5", statement.Windows1252},
		"UTF-16 little end first":           {"\xff\xfeS\x00\xfc\x00", "Sü", statement.UTF16},
		"UTF-16 big end first":              {"\xfe\xff\x00S\x00\xfc", "Sü", statement.UTF16},
		"UTF-16 without a mark":             {"<\x00O\x00\xfc\x00", "<Oü", statement.UTF16},
		"NULs are taken out":                {"a\x00bc", "abc", statement.UTF8},
		"an emoji":                          {"☕️ 🥐", "☕️ 🥐", statement.UTF8},
		"right to left":                     {"מכולת", "מכולת", statement.UTF8},
		"UTF-8 with one letter cut in half": {strings.Repeat("ü", 10) + "\xc3", strings.Repeat("ü", 10) + "\ufffd", statement.UTF8},
	} {
		t.Run(name, func(t *testing.T) {
			if text, encoding := statement.Decode(test.raw); text != test.text || encoding != test.encoding {
				t.Errorf("%q decoded as %q, %s; want %q, %s", test.raw, text, encoding, test.text, test.encoding)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"", "a", "\xff\xfea\x00", "\xfe\xff\x00", "S\xfcd", "\ufeffü\xc3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		fuzzed.Limit(t)
		if text, encoding := statement.Decode(raw); !utf8.ValidString(text) || encoding == "" || strings.Contains(text, "\x00") {
			t.Fatalf("%q decoded as %q, %q", raw, text, encoding)
		}
	})
}

func TestCoverHoldsEveryRow(t *testing.T) {
	rows := []ledger.Row{{Date: 30}, {Date: 10}, {Date: 20}}
	said := statement.Statement{Rows: rows, From: 15, To: 40}
	said.Cover(true)
	silent := statement.Statement{Rows: rows}
	silent.Cover(false)
	if said.From != 10 || said.To != 40 || silent.From != 10 || silent.To != 30 {
		t.Errorf("got %d to %d, and %d to %d", said.From, said.To, silent.From, silent.To)
	}
}

func TestClip(t *testing.T) {
	if got := statement.Clip("a", "", "b"); got != "a b" {
		t.Errorf("got %q", got)
	}
	if got := []rune(statement.Clip(strings.Repeat("ü", 200), "b")); len(got) != 81 || got[80] != '…' {
		t.Errorf("got %d runes: %q", len(got), string(got))
	}
}
