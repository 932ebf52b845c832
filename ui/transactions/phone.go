package transactions

import (
	"context"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// phoneLine is the number of an account's bank, under the filters, while the person looks at one account and asks for it.
type phoneLine struct {
	of    ledger.AccountID // empty: it is closed
	known app.BankPhone
	entry *part.Entry // nil where there is a number
	loads newest
	line  *fyne.Container
}

// togglePhone opens the line for the account that is shown, or closes it.
func (s *Screen) togglePhone() {
	of := s.ask.filter.Account
	if s.phone.of != "" {
		of = ""
	}
	s.openPhone(of)
}

func (s *Screen) openPhone(of ledger.AccountID) {
	s.phone.loads.stop()
	s.phone.of = of
	s.phone.known = app.BankPhone{}
	if of == "" {
		s.writePhone()
		return
	}
	s.readPhone()
}

// readPhone reads the number and shows it; an entry that is in use stays as it is.
func (s *Screen) readPhone() {
	of, was, ctx := s.phone.of, s.phone.known, s.phone.loads.begin(s.ctx)
	var found app.BankPhone
	s.desk.Do(ctx, func(ctx context.Context) (err error) {
		found, err = s.coffer.BankPhone(ctx, of)
		return err
	}, func(err error) {
		s.phone.loads.stop()
		opens := !s.phone.line.Visible()
		switch {
		case err != nil:
			s.fail(err)
		case found != was || opens:
			s.phone.known = found
			s.writePhone()
		}
		if opens && s.phone.entry != nil {
			s.phone.entry.Focus()
		}
	})
}

func (s *Screen) writePhone() {
	s.phone.entry = nil
	s.chips.write()
	if s.phone.of == "" {
		s.phone.line.Hide()
		s.register.Refresh()
		return
	}
	v, p, side := s.voice, s.phone.known, float32(24)
	if s.narrow {
		side = 16
	}
	row := []fyne.CanvasObject{part.NewPicture("phone", look.Muted, 18)}
	line := v.T("phone.why", "From the back of the card or a statement. A dispute shows it where you are to call.")
	if p.Number == "" {
		s.phone.entry = part.NewEntry(part.EntrySpec{Placeholder: v.T("dispute.phone-entry", "Number on the back of your card"), Height: 28, OnSubmit: s.keepPhone})
		entry := s.phone.entry
		row = append(row, part.Sized(250, 0, entry), part.NewButton(part.ButtonSpec{Text: v.T("dispute.keep-phone", "Store"), Height: 28, OnTap: func() { s.keepPhone(entry.Text()) }}))
	} else {
		row = append(row, part.NewText(p.Number, part.Style{Role: look.Heading, Bold: true}))
		if s.do.Copy != nil {
			row = append(row, part.NewButton(part.ButtonSpec{Text: v.T("copy", "Copy"), Height: 26, OnTap: func() { s.do.Copy(p.Number) }}))
		}
		row = append(row, part.NewButton(part.ButtonSpec{Text: v.T("dispute.forget-phone", "Change"), Height: 26, OnTap: func() { s.keepPhone("") }}))
		line = v.T("dispute.phone-at", "You stored it on {{.Day}}. Use only this number, never one from a message.", "Day", v.FullDay(p.At.Local()))
	}
	s.phone.line.Objects = []fyne.CanvasObject{part.Inset(part.Edges{Top: 8, Right: side, Bottom: 8, Left: side},
		part.Stack(4, part.Row(8, append(row, part.Space())...), part.NewPara(line, part.Style{Role: look.Small, Tint: look.Muted}, 600))), part.NewRule()}
	s.phone.line.Show()
	s.register.Refresh()
}

// keepPhone keeps what was typed, or forgets the number.
func (s *Screen) keepPhone(number string) {
	of := s.phone.of
	if number == "" && s.phone.known.Number == "" {
		return
	}
	s.perform(&act{said: s.voice.T("dispute.phone-kept", "Kept for this account."), do: func(ctx context.Context) (func(context.Context) error, error) {
		was, err := s.coffer.SetBankPhone(ctx, of, number)
		return func(ctx context.Context) error {
			_, err := s.coffer.SetBankPhone(ctx, of, was)
			return err
		}, err
	}}, nil)
}
