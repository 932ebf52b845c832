package alerts

import (
	"context"
	"strings"

	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// form asks for an entry of one kind.
type form struct {
	page    *watchPage
	kind    string
	of      alert.WatchEntry // that is changed; nil for a new one
	fields  []*part.Entry
	account int // of the page's accounts; a floor's
	wrong   string
	act     *part.Button
}

// field is a line to type in. A blank one may stay empty.
type field struct {
	hint, text string
	blank      bool
}

// openForm asks for an entry of a kind, or for what is to be changed of one.
func (p *watchPage) openForm(kind string, of alert.WatchEntry) {
	f := &form{page: p, kind: kind, of: of}
	p.form = f
	fields := f.asks()
	for i, one := range fields {
		e := part.NewEntry(part.EntrySpec{Placeholder: one.hint, OnChange: func(string) { f.typed(fields) }, OnSubmit: func(string) {
			if i+1 < len(f.fields) {
				f.fields[i+1].Focus()
				return
			}
			f.send()
		}})
		f.fields = append(f.fields, e)
		e.SetText(one.text)
	}
	text := p.s.voice.T("watch.add", "Put it on the list")
	if of != nil {
		text = p.s.voice.T("watch.save", "Change it")
	}
	f.act = part.NewButton(part.ButtonSpec{Text: text, Rank: part.Main, OnTap: f.send})
	f.typed(fields)
	p.draw()
	if len(f.fields) > 0 {
		f.fields[0].Focus()
	}
}

// asks are the lines of a kind, filled with what is changed.
func (f *form) asks() []field {
	v := f.page.s.voice
	payee := v.T("watch.payee", "Payee, as your bank writes it")
	switch f.kind {
	case "trip":
		t, _ := f.of.(alert.Trip)
		return []field{{hint: v.T("watch.from", "First day, as 2027-05-03"), text: day(t.From)}, {hint: v.T("watch.to", "Last day, as 2027-05-17"), text: day(t.To)},
			{hint: v.T("watch.countries", "Countries, as ES PT; empty for anywhere"), text: strings.Join(t.Countries, " "), blank: true}}
	case "refund":
		r, _ := f.of.(alert.ExpectedRefund)
		amount := ""
		if r.Currency != "" {
			amount = money.New(r.Minor, r.Currency).Decimal() + " " + r.Currency
		}
		return []field{{hint: payee, text: r.Shown}, {hint: v.T("watch.amount", "Amount and currency, as 39.00 USD"), text: amount},
			{hint: v.T("watch.by", "In time until, as 2027-05-17; empty for 14 days"), text: day(r.By), blank: true}}
	case "cancelled":
		c, _ := f.of.(alert.CancelledSeries)
		return []field{{hint: payee, text: c.Shown}, {hint: v.T("watch.since", "As of, as 2027-05-03; empty for today"), text: day(c.Since), blank: true}}
	case "floor":
		l, changes := f.of.(alert.Floor)
		amount := ""
		if changes {
			amount = money.New(l.Minor, l.Currency).Decimal()
			for i, a := range f.page.data.accounts {
				if a.ID == l.Account {
					f.account = i
				}
			}
		}
		return []field{{hint: v.T("watch.floor", "Told below, as 250.00"), text: amount}}
	}
	return []field{{hint: payee}}
}

func day(d ledger.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// typed takes what was wrong away and lets be sent what is filled.
func (f *form) typed(fields []field) {
	if f.act == nil {
		return
	}
	ready := len(f.fields) == len(fields)
	for i, e := range f.fields {
		e.SetWrong(false)
		ready = ready && (fields[i].blank || strings.TrimSpace(e.Text()) != "")
	}
	if ready {
		f.act.Enable()
	} else {
		f.act.Disable()
	}
}

// card draws the form.
func (f *form) card() fyne.CanvasObject {
	p, v := f.page, f.page.s.voice
	objects := []fyne.CanvasObject{part.NewText(v.WatchKind(f.kind), part.Style{Bold: true})}
	if f.kind == "floor" && f.of == nil {
		names := make([]string, len(p.data.accounts))
		for i, a := range p.data.accounts {
			names[i] = accountName(a)
		}
		objects = append(objects, part.RowTop(0, part.Sized(formWide, 30, part.NewSelect(names, f.account, func(i int) { f.account = i })), part.Space()))
	}
	for _, e := range f.fields {
		objects = append(objects, part.RowTop(0, part.Sized(formWide, 0, e), part.Space()))
	}
	if f.wrong != "" {
		objects = append(objects, part.NewPara(f.wrong, part.Style{Role: look.Small, Tint: look.AlertHigh}, innerWide))
	}
	cancel := part.NewButton(part.ButtonSpec{Text: v.T("cancel", "Cancel"), OnTap: func() { p.form = nil; p.draw() }})
	objects = append(objects, part.Inset(part.Edges{Top: 2}, part.Row(8, f.act, cancel, part.Space())))
	return part.NewCard(part.Stack(8, objects...))
}

const formWide float32 = 360

// send puts what was typed on the list.
func (f *form) send() {
	s := f.page.s
	if f.act.Disabled() || s.acts.Busy() {
		return
	}
	e, bad := f.entry()
	if bad >= 0 {
		f.refuse(bad, s.voice.T("watch.unread", "That can’t be read. Write it as the grey words show."))
		return
	}
	said := s.voice.T("watch.added", "It is on the list.")
	s.acts.Perform(&live.Act{Said: said, Do: func(ctx context.Context) (func(context.Context) error, error) {
		change, err := s.coffer.Watch(ctx, e)
		if err != nil {
			return nil, refusedForm{f, err}
		}
		return func(ctx context.Context) error { return s.coffer.UndoWatch(ctx, change) }, nil
	}, Then: func() { f.page.form = nil }})
}

// refusedForm is an error that is told in the form.
type refusedForm struct {
	form *form
	error
}

func (r refusedForm) Unwrap() error { return r.error }

func (f *form) refuse(bad int, text string) {
	f.wrong = text
	if bad >= 0 && bad < len(f.fields) {
		f.fields[bad].SetWrong(true)
		f.fields[bad].Focus()
	}
	f.page.draw()
}

// entry reads what was typed; bad is the line that can't be read, or -1.
func (f *form) entry() (e alert.WatchEntry, bad int) {
	text := func(i int) string { return strings.TrimSpace(f.fields[i].Text()) }
	date := func(i int) ledger.Date {
		if text(i) == "" {
			return 0
		}
		d, err := ledger.ParseDate(text(i))
		if err != nil && bad < 0 {
			bad = i
		}
		return d
	}
	bad = -1
	switch f.kind {
	case "trip":
		t, _ := f.of.(alert.Trip)
		t.From, t.To, t.Countries = date(0), date(1), strings.FieldsFunc(text(2), func(r rune) bool { return r == ' ' || r == ',' })
		return t, bad
	case "refund":
		r, _ := f.of.(alert.ExpectedRefund)
		number, currency, _ := strings.Cut(text(1), " ")
		amount, err := money.Parse(number, strings.ToUpper(strings.TrimSpace(currency)))
		if err != nil {
			bad = 1
		}
		if r.Shown != text(0) {
			r.Shown, r.Merchant = text(0), ""
		}
		r.Minor, r.Currency, r.By = amount.Minor, amount.Currency, date(2)
		return r, bad
	case "cancelled":
		c, _ := f.of.(alert.CancelledSeries)
		if c.Shown != text(0) {
			c.Shown, c.Merchant = text(0), ""
		}
		c.Since = date(1)
		return c, bad
	case "floor":
		if f.account >= len(f.page.data.accounts) {
			return nil, 0
		}
		a := f.page.data.accounts[f.account]
		amount, err := money.Parse(text(0), a.Currency)
		if err != nil {
			bad = 0
		}
		return alert.Floor{Account: a.ID, Minor: amount.Minor, Currency: a.Currency}, bad
	case "payee":
		return alert.KnownPayee{Shown: text(0)}, bad
	}
	return alert.WatchedMerchant{Shown: text(0), Blocked: f.kind == "blocked"}, bad
}
