package paper

import (
	"time"

	"coffer/app"
	"coffer/app/dispute"
	"coffer/app/ledger"
	"coffer/assets"
	"coffer/ui/say"
)

// Letter is the letter of a dispute with what is enclosed, for a person who reads v, as of today.
func Letter(v *say.Voice, d app.DisputeView, today ledger.Date) (dispute.Paper, error) {
	font, err := assets.Font("CofferMono-Regular.ttf")
	if err != nil {
		return dispute.Paper{}, err
	}
	w := letter{v, d}
	p := dispute.Paper{
		Language: "en", Font: font, Made: today.Time(), Date: v.FullDay(today.Time()), Sender: d.Answers.Holder, Recipient: d.Answers.Bank,
		Subject: w.subject(), Opening: []string{w.opening()}, Items: w.items(), Closing: d.Answers.Words, Sign: v.T("letter.signed", "Signed"),
		Foot: v.T("letter.foot", "Made with Coffer from the records of this account as the bank gave them."),
	}
	if len(p.Sender) == 0 {
		p.Sender = []string{v.T("letter.sender", "[Your name and address]")}
	}
	if len(p.Recipient) == 0 {
		p.Recipient = []string{d.Account.Bank, v.T("letter.recipient", "[The bank’s address for disputes]")}
	}
	if len(p.Closing) == 0 {
		p.Closing = LetterWords(v, d)
	}
	p.Enclosed = w.enclosed()
	return p, nil
}

// LetterWords are the paragraphs after the items, as Coffer writes them; the person may put others in their place.
func LetterWords(v *say.Voice, d app.DisputeView) []string {
	w := letter{v, d}
	all := []string{w.noticed()}
	if card := w.card(); card != "" {
		all = append(all, card)
	}
	return append(all, w.claim(), w.asks(), v.T("letter.attached", "Enclosed: the records of what is disputed, and what else went out of this account in the two weeks around it."))
}

type letter struct {
	*say.Voice
	d app.DisputeView
}

func (w letter) subject() string {
	end, n := w.d.Account.Masked, len(w.d.Items)
	if end == "" {
		end = w.d.Account.Name
	}
	switch w.d.Answers.Pack {
	case dispute.Tricked:
		return w.N("letter.subject-tricked", "A payment that I was deceived into, account ending {{.End}}", "{{.N}} payments that I was deceived into, account ending {{.End}}", n, "End", end)
	case dispute.WentWrong:
		return w.N("letter.subject-wrong", "A charge that I dispute, account ending {{.End}}", "{{.N}} charges that I dispute, account ending {{.End}}", n, "End", end)
	}
	if w.d.Answers.Instrument.ByCard() {
		return w.N("letter.subject-card", "A charge that I did not authorise, card ending {{.End}}", "{{.N}} charges that I did not authorise, card ending {{.End}}", n, "End", end)
	}
	return w.N("letter.subject", "A payment that I did not authorise, account ending {{.End}}", "{{.N}} payments that I did not authorise, account ending {{.End}}", n, "End", end)
}

func (w letter) opening() string {
	switch w.d.Answers.Pack {
	case dispute.Tricked:
		return w.T("letter.opening-tricked", "I made what is listed here because I was deceived about who would get it, or what for:")
	case dispute.WentWrong:
		return w.T("letter.opening-wrong", "What I paid for here did not come, or was not what was promised:")
	}
	return w.T("letter.opening", "I did not make, authorise or benefit from what is listed here, and nobody did with my consent:")
}

func (w letter) items() []dispute.Line {
	var all []dispute.Line
	for _, i := range w.d.Items {
		all = append(all, dispute.Line{Day: w.when(i.Date, i.At), Text: i.Name(), Amount: w.Size(i.Amount)})
	}
	return all
}

func (w letter) when(day ledger.Date, at time.Time) string {
	text := w.Day(day.Time(), time.Time{})
	if !at.IsZero() {
		text += ", " + w.Clock(at)
	}
	return text
}

func (w letter) noticed() string {
	f := w.d.Known()
	learned, told := f.Learned, f.Told
	if learned == 0 {
		learned = ledger.DateOf(w.d.Opened)
	}
	day := func(d ledger.Date) string { return w.FullDay(d.Time()) }
	switch {
	case told == 0:
		return w.T("letter.noticed", "I noticed it on {{.Learned}}.", "Learned", day(learned))
	case f.Reference == "":
		return w.T("letter.told", "I noticed it on {{.Learned}} and told you on {{.Told}}.", "Learned", day(learned), "Told", day(told))
	}
	return w.T("letter.reference", "I noticed it on {{.Learned}} and told you on {{.Told}}, under your reference {{.Reference}}.",
		"Learned", day(learned), "Told", day(told), "Reference", f.Reference)
}

func (w letter) card() string {
	a := w.d.Answers
	switch {
	case a.Pack != dispute.Unauthorised || !a.Instrument.ByCard():
		return ""
	case a.Lost:
		return w.T("letter.lost", "The card, or its code, was lost or stolen.")
	case a.Kept:
		return w.T("letter.kept", "The card is in my possession.")
	}
	return ""
}

// claim names the law, where one is known for the country and the instrument.
func (w letter) claim() string {
	a := w.d.Answers
	switch {
	case a.Pack == dispute.WentWrong:
		return w.wrongClaim(a)
	case a.Pack == dispute.Tricked:
		if dispute.PlaceOf(a.Country) == dispute.UK {
			return w.T("letter.claim-uk-scam", "I claim under the reimbursement rules of the Payment Systems Regulator for payments that somebody was deceived into.")
		}
		return w.T("letter.claim-tricked", "I ask you to call the money back from the bank that got it, and to treat this as my claim.")
	}
	switch dispute.PlaceOf(a.Country) {
	case dispute.US:
		switch a.Instrument {
		case dispute.CreditCard:
			return w.T("letter.claim-us-credit", "I give you notice of a billing error and of unauthorised use (12 CFR 1026.12(b) and 1026.13).")
		case dispute.DebitCard, dispute.Cash, dispute.Prepaid, dispute.DirectDebit, dispute.Transfer:
			return w.T("letter.claim-us-debit", "I give you notice of an error and of unauthorised transfers (12 CFR 1005.6 and 1005.11), and ask for provisional credit while you look into it.")
		}
	case dispute.UK:
		if a.Instrument == dispute.CreditCard {
			return w.T("letter.claim-uk-credit", "I give you notice of use of my card by others (Consumer Credit Act 1974, sections 83 and 84).")
		}
		return w.T("letter.claim-uk", "I give you notice under regulation 74 and claim under regulation 76 of the Payment Services Regulations 2017.")
	case dispute.EU:
		return w.T("letter.claim-eu", "I give you notice under article 71 and ask for the refund of article 73 of Directive (EU) 2015/2366, as it is law here.")
	}
	return w.T("letter.claim", "I give you notice that I did not authorise this.")
}

func (w letter) wrongClaim(a dispute.Answers) string {
	switch place := dispute.PlaceOf(a.Country); {
	case place == dispute.US && a.Instrument == dispute.CreditCard:
		return w.T("letter.claim-us-wrong", "I give you notice of a billing error (12 CFR 1026.13).")
	case place == dispute.UK && a.Instrument == dispute.CreditCard:
		return w.T("letter.claim-uk-wrong", "I claim under section 75 of the Consumer Credit Act 1974, else as a dispute by the rules of the card.")
	case place == dispute.EU && a.Instrument == dispute.DirectDebit:
		return w.T("letter.claim-eu-wrong", "I ask for the refund of articles 76 and 77 of Directive (EU) 2015/2366, as it is law here.")
	}
	return w.T("letter.claim-wrong", "I ask you to open a dispute of it.")
}

func (w letter) asks() string {
	return w.T("letter.asks", "I ask you to put back what was taken, with fees and interest, and to tell me in writing what you decide and when, with copies of what you rely on.")
}

// enclosed is what goes with the letter, and the list of what else the person should add.
func (w letter) enclosed() []dispute.Section {
	records := dispute.Section{Heading: w.T("letter.records", "What is disputed")}
	around := dispute.Section{Heading: w.T("letter.around", "What else went out of this account in the two weeks around it")}
	back := dispute.Section{Heading: w.T("letter.back", "What came back")}
	for _, p := range w.d.Evidence() {
		line := dispute.Line{Day: w.when(p.Date, p.At), Text: p.Payee, Amount: w.Size(p.Amount)}
		if line.Text == "" {
			line.Text = p.Text
		}
		switch p.Role {
		case dispute.Disputed:
			records.Rows = append(records.Rows, line)
			if p.Source != "" {
				records.Notes = append(records.Notes, w.T("letter.id", "The bank’s own number of {{.Text}}: {{.ID}}", "Text", line.Text, "ID", p.Source))
			}
		case dispute.Related:
			around.Rows = append(around.Rows, line)
		default:
			back.Rows = append(back.Rows, line)
		}
	}
	list := dispute.Section{Own: true, Heading: w.T("letter.add", "For you, not for the bank: what to add by hand"), Notes: []string{w.NeverSend()}}
	for _, e := range dispute.EvidenceOf(w.d.Facts()) {
		list.Points = append(list.Points, w.Evidence(string(e)))
	}
	all := []dispute.Section{records}
	for _, s := range []dispute.Section{around, back} {
		if len(s.Rows) > 0 {
			all = append(all, s)
		}
	}
	return append(all, list)
}
