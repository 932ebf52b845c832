package privacy

import (
	"time"

	"coffer/app/consent"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

const (
	mostBanks         = 6 // rows before the rest is folded away
	barWide   float32 = 130
)

// sum is what went to one bank, over all its hosts.
type sum struct {
	id             consent.LinkID
	name           string
	hosts          []string
	requests       int
	sent, received int64
}

func (a *sum) add(requests int, sent, received int64, origin string) {
	a.requests += requests
	a.sent += sent
	a.received += received
	a.hosts = append(a.hosts, hostOf(origin))
}

// perBank is the ledger's totals by who they went to.
type perBank struct {
	banks  []*sum
	begun  sum // attempts to link that never became a link
	others sum // asked for by no link at all
}

// sums puts the totals of each host together by link.
func (s *Screen) sums() perBank {
	var all perBank
	at := map[string]*sum{}
	for _, t := range s.data.Totals {
		into := at[t.Link]
		switch {
		case t.Link == "":
			into = &all.others
		case t.Bank == "":
			into = &all.begun
		case into == nil:
			into = &sum{id: consent.LinkID(t.Link), name: t.Bank}
			at[t.Link] = into
			all.banks = append(all.banks, into)
		}
		into.add(t.Requests, t.Sent, t.Received, t.Origin)
	}
	return all
}

// named is a link that the list can be narrowed to.
type named struct {
	id   consent.LinkID
	name string
}

func (s *Screen) links() []named {
	var all []named
	for _, b := range s.sums().banks {
		all = append(all, named{b.id, b.name})
	}
	return all
}

// dayTotal is one day of the ledger.
type dayTotal struct {
	at             time.Time // midnight by this computer's zone
	requests       int
	sent, received int64
}

// days are the newest days with a connection.
func (s *Screen) days() []dayTotal {
	var all []dayTotal
	for _, d := range s.data.Days[:min(len(s.data.Days), mostDays)] {
		y, m, day := d.Day.Time().Date()
		all = append(all, dayTotal{time.Date(y, m, day, 0, 0, 0, 0, time.Local), d.Requests, d.Sent, d.Received})
	}
	return all
}

// totals is the table of what went to whom; its last row is everybody else.
func (s *Screen) totals() fyne.CanvasObject {
	v, all := s.voice, s.sums()
	head := s.totalRow(28,
		part.NewCaption(v.T("totals.bank", "Per bank")), caption(v.T("totals.connections", "Connections")), caption(v.T("column.sent", "Sent")),
		caption(v.T("column.received", "Received")), part.NewCaption(v.T("totals.share", "Share of all received")))
	objects := []fyne.CanvasObject{head, part.NewRule()}
	banks := all.banks
	if len(banks) > mostBanks && !s.unfolded {
		banks = banks[:mostBanks-1]
	}
	for _, b := range banks {
		objects = append(objects, s.bankRow(b))
	}
	if folded := len(all.banks) - len(banks); folded > 0 {
		objects = append(objects, s.moreRow(v.N("totals.more", "{{.N}} more", "{{.N}} more", folded)))
	} else if s.unfolded && len(all.banks) > mostBanks {
		objects = append(objects, s.moreRow(v.T("totals.fewer", "Show fewer")))
	}
	if all.begun.requests > 0 {
		all.begun.name = v.T("totals.begun", "Links begun, not finished")
		objects = append(objects, s.bankRow(&all.begun))
	}
	if len(objects) > 2 {
		objects = append(objects, part.NewRule())
	}
	o, ink := all.others, look.Text
	if o.requests > 0 {
		ink = look.AlertHigh
	}
	strong := func(text string) fyne.CanvasObject {
		return part.NewText(text, part.Style{Bold: true, Tint: ink, Align: fyne.TextAlignTrailing})
	}
	objects = append(objects, s.totalRow(36, part.NewText(v.T("totals.others", "Anyone else, us included"), part.Style{Tint: look.Muted}).Cut(100),
		strong(v.Count(o.requests)), strong(s.bytes(o.sent)), strong(s.bytes(o.received)), part.Gap(0, 0)))
	return part.NewCard(objects...).Padded(part.Edges{Top: 1, Right: 1, Bottom: 1, Left: 1})
}

func (s *Screen) bankRow(b *sum) fyne.CanvasObject {
	name := part.Row(8, part.NewText(b.name, part.Style{}).Cut(160), part.Rest(part.NewCaption(hostWords(b.hosts)).Cut(40)))
	number := func(text string) fyne.CanvasObject {
		return part.NewText(text, part.Style{Align: fyne.TextAlignTrailing})
	}
	return s.totalRow(32, name, number(s.voice.Count(b.requests)), number(s.bytes(b.sent)), number(s.bytes(b.received)), part.Row(0, bar(look.Accent, share(b.received, s.data.Received, barWide), 8), part.Space()))
}

func (s *Screen) moreRow(text string) fyne.CanvasObject {
	return part.Sized(0, 32, part.Inset(part.Edges{Left: 14, Right: 14}, part.Row(0, part.NewLink(text, look.Body, func() {
		s.unfolded = !s.unfolded
		s.draw()
	}), part.Space())))
}

// hostWords names the hosts of a bank: one by name, more by their number beside it.
func hostWords(hosts []string) string {
	if len(hosts) == 0 {
		return ""
	}
	text := hosts[0]
	for _, h := range hosts[1:] {
		text += ", " + h
	}
	return text
}

// totalRow puts the cells of the table into its columns; the share leaves when it is narrow.
func (s *Screen) totalRow(high float32, cells ...fyne.CanvasObject) fyne.CanvasObject {
	widths := []float32{0, 84, 76, 84, barWide + 4}
	if s.narrow {
		cells, widths = cells[:4], widths[:4]
	}
	middle := make([]fyne.CanvasObject, len(cells))
	for i, c := range cells {
		middle[i] = part.Row(0, part.Rest(c))
	}
	return part.Sized(0, high, part.Inset(part.Edges{Left: 14, Right: 14}, part.Columns(12, widths, middle...)))
}

func caption(text string) fyne.CanvasObject {
	return part.NewText(text, part.Style{Role: look.Caption, Tint: look.Muted, Align: fyne.TextAlignTrailing})
}

// bar is a flat bar; a width of 0 draws nothing.
func bar(tint fyne.ThemeColorName, wide, high float32) fyne.CanvasObject {
	if wide <= 0 {
		return part.Gap(0, high)
	}
	return part.NewPanel(tint, min(look.RadiusBar, wide/2), part.Edges{}, part.Gap(wide, high))
}

// share is the part of a width that n of all takes: at least 2 where there is anything.
func share(n, all int64, wide float32) float32 {
	if n <= 0 || all <= 0 {
		return 0
	}
	return max(2, wide*float32(n)/float32(all))
}
