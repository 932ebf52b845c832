package privacy

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"coffer/app/fault"
	"coffer/app/whole"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// The formats of an exported ledger.
const (
	asCSV  = "csv"
	asJSON = "json"
)

// export is the card that writes the ledger to a file of the person's choice.
type export struct {
	open    bool
	format  string
	path    *part.Entry
	end     context.CancelFunc // of the writing; nil while none runs
	late    bool               // it takes long enough to be shown
	saved   string             // path of the file that was written
	trouble error
}

func (x *export) stop() {
	if x.end != nil {
		x.end()
	}
	x.end, x.late = nil, false
}

// openExport shows the card.
func (s *Screen) openExport() {
	if !s.export.open {
		s.export = export{open: true, format: asCSV}
		s.export.path = part.NewEntry(part.EntrySpec{Placeholder: s.voice.T("export.path", "Path of the new file"), Icon: "document", OnSubmit: func(string) { s.save() }})
		s.export.path.SetText(proposal(asCSV))
		s.writeNotices()
		s.settle()
	}
	s.left.ScrollToTop()
	s.export.path.Focus()
}

func (s *Screen) closeExport() {
	s.export.stop()
	s.export = export{}
	s.writeNotices()
	s.settle()
	s.rows.Focus()
}

// proposal returns a first proposal: a name in the own folder of the person.
func proposal(format string) string {
	return filepath.Join("~", "coffer-ledger."+format)
}

// setFormat changes the format, and the end of the path if it was the format's.
func (s *Screen) setFormat(format string) {
	x := &s.export
	if path, was := strings.CutSuffix(x.path.Text(), "."+x.format); was {
		x.path.SetText(path + "." + format)
	}
	x.format = format
	s.writeNotices()
	s.settle()
}

// exportCard asks for a path, and says how to check the ledger by oneself.
func (s *Screen) exportCard() fyne.CanvasObject {
	v, x := s.voice, &s.export
	chips := []fyne.CanvasObject{}
	for _, f := range []string{asCSV, asJSON} {
		chips = append(chips, part.NewChip(part.ChipSpec{Text: strings.ToUpper(f), On: x.format == f, OnTap: func() { s.setFormat(f) }}))
	}
	act := part.NewButton(part.ButtonSpec{Text: v.T("export.save", "Save"), Rank: part.Main, OnTap: s.save})
	if x.late {
		act = part.NewButton(part.ButtonSpec{Text: v.T("export.stop", "Stop"), OnTap: s.stopExport})
	}
	row := []fyne.CanvasObject{part.Rest(x.path)}
	row = append(append(row, chips...), act, part.NewIconButton("close", s.closeExport))
	objects := []fyne.CanvasObject{
		part.NewText(v.T("export.title", "Export the ledger"), part.Style{Role: look.Subheading, Bold: true}), part.Gap(0, 8), part.Row(8, row...), part.Gap(0, 6), s.exportWord(),
	}
	return part.NewCard(append(objects, s.instructions()...)...)
}

// exportWord says how the export went.
func (s *Screen) exportWord() fyne.CanvasObject {
	v, x, wide := s.voice, &s.export, s.leftInner()
	switch {
	case x.late:
		return part.NewPara(v.T("export.writing", "Writing every row"), small(look.Muted), wide)
	case x.trouble != nil:
		return part.NewPara(s.exportTrouble(), small(look.AlertHigh), wide)
	case x.saved != "":
		return part.NewPara(v.T("export.saved", "Saved to {{.Path}}", "Path", x.saved), small(look.Good), wide)
	}
	return part.NewPara(v.T("export.line", "Every row, with its hashes. The file is not sealed: it names your banks and accounts, but holds no amounts and no tokens."), small(look.Muted), wide)
}

var errThere = errors.New("there is a file already")

func (s *Screen) exportTrouble() string {
	v := s.voice
	var path *fs.PathError
	switch {
	case errors.Is(s.export.trouble, errThere):
		return v.T("export.there", "There is a file of that name already. It was left as it is. Take another name.")
	case fault.Of(s.export.trouble) == nil && errors.As(s.export.trouble, &path):
		return v.T("export.no-place", "Nothing can be written at that path. Take another folder.")
	}
	return v.Fault(s.export.trouble)
}

// instructions say how to hold the ledger against a recording of what really left.
func (s *Screen) instructions() []fyne.CanvasObject {
	v, wide := s.voice, s.leftInner()
	command := "sudo tcpdump -i any -w coffer.pcap " + s.captureFilter()
	sum := "tshark -r coffer.pcap -Y 'tcp.len > 0 and not tcp.analysis.retransmission' -T fields -e tcp.stream -e ip.dst -e tcp.len"
	line := func(text string) fyne.CanvasObject { return part.NewPara(text, small(look.Text), wide) }
	code := func(text string) fyne.CanvasObject {
		return part.Row(8, part.Rest(part.NewText(text, part.Style{Role: look.Code, Mono: true, Tint: look.Muted}).Cut(80)),
			part.NewLink(v.T("copy", "Copy"), look.Small, func() { s.do.Copy(text) }))
	}
	return []fyne.CanvasObject{
		part.Gap(0, 8), part.NewRule(), part.Gap(0, 8), part.NewSection(v.T("check.title", "Check it by yourself")), part.Gap(0, 4),
		line(v.T("check.record", "1. Record with a program that isn't ours, then refresh a bank in Coffer:")), code(command),
		line(v.T("check.export", "2. Stop the recording and export the ledger. Rows of that time name every address that Coffer used.")),
		line(v.T("check.sum", "3. Add up what went to each host and came from it. It is what its rows come to, TLS included; the file has the details:")), code(sum),
	}
}

// mostHosts is how many hosts the recording is narrowed to.
const mostHosts = 4

// captureFilter narrows a recording to the hosts of the ledger; with none or many, to HTTPS.
func (s *Screen) captureFilter() string {
	var hosts []string
	seen := map[string]bool{}
	if s.data != nil {
		for _, t := range s.data.Totals {
			u, err := url.Parse(t.Origin)
			if err == nil && plainHost(u.Hostname()) && !seen[u.Hostname()] {
				seen[u.Hostname()] = true
				hosts = append(hosts, "host "+u.Hostname())
			}
		}
	}
	if len(hosts) == 0 || len(hosts) > mostHosts {
		return "'tcp port 443'"
	}
	return "'" + strings.Join(hosts, " or ") + "'"
}

// plainHost reports whether a host may stand in a command as it is.
func plainHost(host string) bool {
	return host != "" && strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") == "" && host[0] != '-'
}

// save writes the file, once at a time.
func (s *Screen) save() {
	x := &s.export
	typed := strings.TrimSpace(x.path.Text())
	if typed == "" || x.end != nil || s.ctx == nil {
		return
	}
	ctx, end := context.WithCancel(s.ctx)
	x.end, x.saved, x.trouble = end, "", nil
	format := x.format
	path := typed
	s.desk.Do(ctx, func(ctx context.Context) (err error) {
		if path, err = meant(typed); err != nil {
			return err
		}
		return write(ctx, path, func(w io.Writer) error { return s.coffer.ExportLedger(ctx, w, format) })
	}, func(err error) {
		s.export.stop()
		s.export.trouble = err
		if err == nil {
			s.export.saved = path
		}
		s.writeNotices()
		s.settle()
	})
	s.desk.Do(ctx, func(ctx context.Context) error {
		select {
		case <-ctx.Done():
		case <-time.After(slow):
		}
		return nil
	}, func(error) {
		s.export.late = true
		s.writeNotices()
		s.settle()
	})
}

// stopExport ends the writing; what was written goes.
func (s *Screen) stopExport() {
	s.export.stop()
	s.writeNotices()
	s.settle()
}

// meant returns the path that was meant: "~" and relative paths are the person's own folder.
func meant(typed string) (string, error) {
	if filepath.IsAbs(typed) {
		return typed, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fault.New(fault.NotFound, "find the home folder", err)
	}
	return filepath.Join(home, strings.TrimPrefix(typed, "~")), nil
}

// write makes a new file that only the person can read, and that is there whole or not at all; one
// that is there is left alone.
func write(ctx context.Context, path string, fill func(io.Writer) error) error {
	f, err := whole.Create(path, false)
	if err == nil {
		b := bufio.NewWriter(f)
		if err = errors.Join(fill(b), b.Flush(), ctx.Err()); err != nil {
			err = errors.Join(err, f.Remove())
		} else {
			err = f.Close()
		}
	}
	if errors.Is(err, fs.ErrExist) {
		return errThere
	}
	return full(err)
}

// full gives the disk's own errors their kind.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fault.New(fault.DiskFull, "write the exported ledger", err)
	}
	return err
}
