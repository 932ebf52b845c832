package privacy

import (
	"net/url"
	"time"
	"unicode"
	"unicode/utf8"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

func (s *Screen) newRegister() *part.Register {
	v := s.voice
	return part.NewRegister(part.RegisterSpec{
		RowHeight: rowHigh,
		Columns: []part.Column{
			{Title: v.T("column.when", "When"), Width: 84},
			{Title: v.T("column.to", "To"), Width: 140},
			{Title: v.T("column.why", "Why")},
			{Title: v.T("column.sent", "Sent"), Width: 66, Right: true},
			{Title: v.T("column.received", "Received"), Width: 66, Right: true},
		},
		Len: func() int { return s.pages.count }, Row: s.row,
		OnMove: func(int) { s.moved() }, OnOpen: func(int) { s.openDetail() },
		OnKey: s.passKey, OnRune: s.passRune,
	})
}

// row is a line of the ledger in words, if it is there.
func (s *Screen) row(line int) (part.RegisterRow, bool) {
	e, ok := s.pages.at(line)
	if !ok {
		return part.RegisterRow{}, false
	}
	v := s.voice
	icon, tint, ink := "check", look.Muted, look.Text
	why := upperFirst(v.Purpose(e.Purpose.ID, e.Purpose.Args))
	if wrong := s.problem(e); wrong != "" {
		icon, tint, ink = "warning", look.AlertQuiet, look.AlertQuiet
		why = v.T("ledger.with-problem", "{{.Why}}: {{.Problem}}", "Why", why, "Problem", wrong)
	}
	if s.brokenAt() == e.Seq {
		icon, tint, ink = "warning", look.AlertHigh, look.AlertHigh
		why = s.rowFinding()
	}
	sent, received := s.bytes(e.Sent), s.bytes(e.Received)
	if e.Ended.IsZero() {
		icon, sent, received = "help", "", ""
	}
	return part.RegisterRow{Icon: icon, IconTint: tint, Cells: []part.Cell{
		{Text: s.when(e.Started), Tint: look.Muted}, {Text: hostOf(e.Origin)}, {Text: why, Tint: ink}, {Text: sent}, {Text: received},
	}}, true
}

// when writes the time of a row: of today "10:12:44", of another day "21 Nov 22:05".
func (s *Screen) when(at time.Time) string {
	v, now := s.voice, s.coffer.Now().Local()
	at = at.Local()
	if dayOf(at).Equal(dayOf(now)) {
		return at.Format("15:04:05")
	}
	if at.Year() != now.Year() {
		return v.Day(at, now)
	}
	return v.T("ledger.moment", "{{.Day}} {{.Clock}}", "Day", v.Day(at, now), "Clock", v.Clock(at))
}

// underWay is how long a request may still be running: longer than any deadline.
const underWay = 2 * time.Minute

// problem says in a few words what went wrong with a request; "" if nothing did.
func (s *Screen) problem(e egress.Entry) string {
	v := s.voice
	switch {
	case e.Ended.IsZero() && s.coffer.Now().Sub(e.Started) < underWay:
		return v.T("outcome.none-yet", "no outcome yet")
	case e.Ended.IsZero():
		return v.T("outcome.unknown", "outcome unknown")
	case e.Problem == 0:
		return ""
	}
	switch fault.Kind(e.Problem) {
	case fault.Offline:
		return v.T("outcome.offline", "no answer")
	case fault.Canceled:
		return v.T("outcome.cancelled", "stopped here")
	case fault.LoginNeeded, fault.ConsentDenied:
		return v.T("outcome.refused", "refused by the bank")
	case fault.BankDown:
		return v.T("outcome.down", "bank not answering as it should")
	case fault.BankPaused:
		return v.T("outcome.paused", "asked to wait")
	case fault.SubscriptionLapsed:
		return v.T("outcome.lapsed", "a subscription has run out")
	case fault.BankUnexpected:
		return v.T("outcome.unexpected", "answer not understood")
	case fault.ProxyFailed:
		return v.T("outcome.proxy", "stopped at your proxy")
	case fault.HostRefused:
		return v.T("outcome.host", "refused here, nothing sent")
	}
	return v.T("outcome.problem", "ended with a problem")
}

// bytes writes a number of bytes; none is "0".
func (s *Screen) bytes(n int64) string {
	if n == 0 {
		return s.voice.Count(0)
	}
	return s.voice.Bytes(n)
}

// hostOf returns the host of an origin, with its port where it is not the usual one.
func hostOf(origin string) string {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return origin
	}
	if u.Scheme == "https" && u.Port() == "443" {
		return u.Hostname()
	}
	return u.Host
}

func upperFirst(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:]
}

// arrived draws the rows that came.
func (s *Screen) arrived() {
	s.rows.Refresh()
	if s.detail.open && len(s.strip.Objects) == 0 {
		s.moved()
		return
	}
	s.writeStrip()
}

func (s *Screen) pageFailed(err error) { s.fail(err) }

// writeMiddle shows the register, or why there is nothing in it.
func (s *Screen) writeMiddle() {
	want := fyne.CanvasObject(s.rows)
	v := s.voice
	switch {
	case s.data.Entries == 0:
		want = part.NewEmptyState(part.EmptySpec{Icon: "privacy", Title: v.T("transactions.empty", "Nothing here yet"),
			Line: v.T("ledger.empty-line", "When you link a bank, each connection is written here before it is made: to whom, why, and then how many bytes each way."),
			Acts: []fyne.CanvasObject{part.NewButton(part.ButtonSpec{Text: v.T("act.link-bank", "Link a bank"), Icon: "link", Rank: part.Main, OnTap: s.do.AddBank})}})
	case s.pages.count == 0:
		want = part.NewEmptyState(part.EmptySpec{Icon: "search", Title: v.T("ledger.nothing", "No connection fits"),
			Line: v.T("ledger.nothing-line", "Nothing was sent in these days to this bank."),
			Acts: []fyne.CanvasObject{part.NewLink(v.T("ledger.show-all", "Show all"), look.Body, func() { s.narrowTo(func(f *filter) { *f = filter{} }) })}})
	}
	put(s.middle, want)
}
