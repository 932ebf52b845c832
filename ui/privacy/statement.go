package privacy

import (
	"coffer/app/egress"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

const verdictWide float32 = 210

// statement is the card that says what left, and whether the ledger is whole.
func (s *Screen) statement() fyne.CanvasObject {
	if s.broken() {
		return s.alarm()
	}
	v := s.voice
	title, line := v.T("statement.title", "Nothing else has left"), s.leftWords()
	icon, tone := "privacy", part.Good
	switch n := s.sums().others.requests; {
	case s.data.Entries == 0:
		title = v.T("ledger.empty", "0 connections. Nothing has left")
		line = v.T("statement.empty", "Coffer talks to the banks that you link and to nobody else. Until you link one, it talks to nobody.")
	case n > 0:
		icon, tone = "warning", part.Grave
		title = v.N("statement.others", "{{.N}} connection belongs to no link of yours", "{{.N}} connections belong to no link of yours", n)
	}
	return part.NewCard(part.Row(14, part.NewDisc(icon, tone, 36, 20),
		part.Rest(part.Stack(2, part.NewText(title, part.Style{Role: look.Subheading, Bold: true}).Cut(200), part.NewPara(line, part.Style{Tint: look.Muted}, s.leftInner()-50-verdictWide))),
		part.Sized(verdictWide-14, 0, s.verdict())))
}

// leftInner is the width inside a card of the left column, as far as it is known before it is laid out.
func (s *Screen) leftInner() float32 {
	wide := leftWide
	if s.narrow {
		wide = 716
	}
	if w := s.top.Size().Width; w > 0 {
		wide = w
	}
	return wide - 34
}

// leftWords says how much left, to how many, since when nothing.
func (s *Screen) leftWords() string {
	v, d := s.voice, s.data
	hosts := map[string]bool{}
	for _, t := range d.Totals {
		hosts[t.Origin] = true
	}
	text := v.T("statement.line", "{{.Connections}} to {{.Hosts}}, each one asked for by you or by a link that you made. Nothing has left since {{.When}}.",
		"Connections", s.connections(d.Entries), "Hosts", v.N("statement.hosts", "{{.N}} host", "{{.N}} hosts", len(hosts)), "When", s.when(d.Last))
	if pruned := d.Entries - s.counts.all; pruned > 0 && s.filter.link == "" {
		text += " " + v.N("statement.pruned", "{{.N}} older row was taken out of the ledger; its sums stay.", "{{.N}} older rows were taken out of the ledger; their sums stay.", pruned)
	}
	return text
}

func (s *Screen) connections(n int) string {
	return s.voice.N("statement.connections", "{{.N}} connection", "{{.N}} connections", n)
}

// verdict is the right of the card: what the last verification found, or how far it is.
func (s *Screen) verdict() fyne.CanvasObject {
	v, c := s.voice, s.data.Chain
	right := func(text string, style part.Style) fyne.CanvasObject {
		style.Align = fyne.TextAlignTrailing
		return part.NewText(text, style).Cut(verdictWide - 14)
	}
	muted := small(look.Muted)
	switch {
	case s.verify.running() && s.verify.late:
		return s.verifying()
	case s.verify.trouble != nil:
		return part.NewPara(v.Fault(s.verify.trouble), small(look.AlertHigh), verdictWide-14)
	case s.data.Entries == 0:
		return part.Gap(0, 0)
	case c.Verified.IsZero():
		return part.Stack(0, right(v.T("chain.never", "Not verified yet"), part.Style{Bold: true, Tint: look.Muted}), right(v.T("chain.never-line", "V checks every row"), muted))
	}
	lines := []fyne.CanvasObject{right(v.T("chain.intact", "Chain intact"), part.Style{Bold: true, Tint: look.Good}),
		right(v.T("chain.verified", "verified {{.When}}", "When", v.Age(c.Verified, s.coffer.Now())), muted)}
	switch {
	case c.Against == "keyring":
		lines = append(lines, right(v.T("chain.against-keyring", "against the head in your keyring"), muted))
	case c.Unread != "":
		lines = append(lines, right(v.T("chain.not-against-keyring", "but not against your keyring"), small(look.AlertQuiet)))
	}
	return part.Stack(0, lines...)
}

// broken reports whether the last verification found something wrong.
func (s *Screen) broken() bool {
	c := s.data.Chain
	return !c.Verified.IsZero() && !c.OK
}

// brokenAt is the row that the last verification found; 0 for none.
func (s *Screen) brokenAt() int64 {
	if s.data == nil || !s.broken() || !shown(s.data.Chain.What) {
		return 0
	}
	return s.data.Chain.Row
}

// shown reports whether a finding is at a row that is there.
func shown(what string) bool {
	switch what {
	case egress.TailCut, egress.SumsDiffer, egress.CheckpointChanged:
		return false
	}
	return true
}

// alarm is the card when the ledger is not as Coffer wrote it.
func (s *Screen) alarm() fyne.CanvasObject {
	v, c := s.voice, s.data.Chain
	line := v.T("broken.line", "Found {{.When}}. Nothing was repaired or hidden. Export the ledger as it is, and restore a backup if you don't know why.", "When", v.Age(c.Verified, s.coffer.Now()))
	if where := s.place(c.Where); where != "" {
		line = v.T("broken.where", "{{.Where}} shows it.", "Where", upperFirst(where)) + " " + line
	}
	acts := []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: v.T("privacy.export", "Export"), Icon: "export", Rank: part.OnStrip, OnTap: s.openExport})}
	if shown(c.What) {
		acts = append([]fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: v.T("broken.show", "Show"), Rank: part.OnStrip, OnTap: s.showBroken})}, acts...)
	}
	right := fyne.CanvasObject(part.Row(8, acts...))
	if s.verify.running() && s.verify.late {
		right = part.Sized(verdictWide-14, 0, s.verifying())
	}
	if s.verify.trouble != nil {
		line = v.Fault(s.verify.trouble)
	}
	return part.NewPanel(look.AlertHighBg, look.RadiusCard, part.Pad(15, 17), part.Row(14, part.NewDisc("warning", part.Grave, 36, 22),
		part.Rest(part.Stack(2, part.NewPara(s.finding(), part.Style{Role: look.Subheading, Bold: true, Tint: look.AlertHigh}, s.leftInner()-230),
			part.NewPara(line, part.Style{Tint: look.Text}, s.leftInner()-230))), right)).Edged(look.AlertHigh)
}

// finding says what is wrong with the ledger.
func (s *Screen) finding() string {
	v, row := s.voice, s.voice.Count(int(s.data.Chain.Row))
	switch s.data.Chain.What {
	case egress.OutcomeChanged:
		return v.T("broken.outcome", "The outcome of row {{.Row}} was changed outside Coffer", "Row", row)
	case egress.RowMissing:
		return v.T("broken.missing", "Rows before row {{.Row}} were taken out outside Coffer", "Row", row)
	case egress.RowMoved:
		return v.T("broken.moved", "Row {{.Row}} doesn't follow the row before it", "Row", row)
	case egress.TailCut:
		return v.T("broken.cut", "The ledger was cut: row {{.Row}} and what came after it are gone", "Row", row)
	case egress.Replaced:
		return v.T("broken.replaced", "Row {{.Row}} is not the one that Coffer wrote", "Row", row)
	case egress.SumsDiffer:
		return v.T("broken.sums", "The rows don't come to the totals that Coffer wrote")
	case egress.CheckpointChanged:
		return v.T("broken.checkpoint", "The record of older rows was changed outside Coffer")
	}
	return v.T("broken.changed", "Row {{.Row}} was changed outside Coffer", "Row", row)
}

// rowFinding says the same in the row itself.
func (s *Screen) rowFinding() string {
	v := s.voice
	switch s.data.Chain.What {
	case egress.RowMissing:
		return v.T("broken.row-missing", "Rows before this one are gone")
	case egress.RowMoved:
		return v.T("broken.row-moved", "Doesn't follow the row before it")
	case egress.Replaced:
		return v.T("broken.row-replaced", "Not the row that Coffer wrote")
	}
	return v.T("broken.row-changed", "Changed outside Coffer")
}

// place names where a head of the ledger is kept; "" for none.
func (s *Screen) place(id string) string {
	v := s.voice
	switch id {
	case "keyring":
		return v.T("head.keyring", "this computer's keyring")
	case "receipt":
		return v.T("head.receipt", "a revocation receipt")
	case "file":
		return v.T("head.file", "an exported file")
	}
	return id
}
