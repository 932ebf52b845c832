package paper

import (
	"strings"

	"coffer/app"
	"coffer/app/dispute"
	"coffer/app/ledger"
	"coffer/ui/say"
)

// First is what stands over every dispute.
func First(v *say.Voice) string { return v.T("dispute.now", "Contact your bank now") }

// Limit says how much time the person has at most, or what is missing to tell.
func Limit(v *say.Voice, d app.DisputeView, today ledger.Date) string {
	c, dated := dispute.First(d.Clocks)
	switch {
	case !dated:
		return lacks(v, d)
	case c.By < today:
		return v.Ended()
	case c.By == today:
		return v.T("dispute.last-day", "Today is the last day {{.For}}, at most", "For", v.For(c.ID))
	}
	return v.N("dispute.left", "{{.N}} day at most {{.For}}, until {{.Day}}", "{{.N}} days at most {{.For}}, until {{.Day}}", int(c.By-today),
		"Day", v.FullDay(c.By.Time()), "For", v.For(c.ID))
}

// lacks says why there is no day.
func lacks(v *say.Voice, d app.DisputeView) string {
	a := d.Answers
	switch {
	case a.Pack == "":
		return v.T("dispute.lacks-pack", "Today. Say whether you, or somebody you let, made or approved it, and the outer limit can be counted.")
	case a.Country == "":
		return v.T("dispute.lacks-country", "Today. Say in which country the bank is, and the outer limit can be counted.")
	case a.Instrument == "":
		return v.T("dispute.lacks-instrument", "Today. Say how it was paid, and the outer limit can be counted.")
	}
	for _, c := range d.Clocks {
		if c.Side == dispute.Own && !c.Later && !c.Known() && c.From == dispute.Statement {
			return v.T("dispute.lacks-statement", "Today. Say when the statement that shows it was sent, and the outer limit can be counted. If you don’t know, count from the charge: that is earlier, and so is safe.")
		}
	}
	return v.T("dispute.lacks-rule", "Today. Coffer knows no outer limit for this: ask your bank for it.")
}

// Law names the country, the instrument and the law that the first clock is of.
func Law(v *say.Voice, d app.DisputeView) string {
	var words []string
	if a := d.Answers; a.Country != "" && a.Instrument != "" {
		words = append(words, a.Country+" "+v.Instrument(string(a.Instrument)))
	}
	if c, dated := dispute.First(d.Clocks); dated {
		words = append(words, c.Law)
	}
	return strings.Join(words, ", ")
}

// By says the day of a clock; a reading that differs is named too.
func By(v *say.Voice, c dispute.Clock, today ledger.Date) string {
	if !c.Known() {
		if c.Side == dispute.Own && !c.Later {
			return v.T("dispute.today", "Today")
		}
		return v.T("dispute.no-day", "Not known yet")
	}
	return v.Day(c.By.Time(), today.Time())
}

// Counted says how a clock is counted, with the other readings where they differ.
func Counted(v *say.Voice, c dispute.Clock, today ledger.Date) string {
	text := v.Counted(c.ID, c.Mark == dispute.Read)
	seen := map[ledger.Date]bool{c.By: true}
	for _, r := range c.Readings {
		if !seen[r.By] {
			seen[r.By] = true
			text += v.T("dispute.reading", "; {{.Day}} by another calendar that banks keep", "Day", v.Day(r.By.Time(), today.Time()))
		}
	}
	return text
}

// How says how a step of a dispute is done.
func How(v *say.Voice, d app.DisputeView, s dispute.Step) string {
	a := d.Answers
	variant := string(a.Pack)
	place := dispute.PlaceOf(a.Country)
	switch {
	case s == dispute.Report:
		variant = string(place)
	case s == dispute.Write && place == dispute.US && a.Instrument == dispute.CreditCard:
		variant = "us-credit"
	}
	return v.How(string(s), variant)
}

// Stage says how far a dispute has come.
func Stage(v *say.Voice, s dispute.Standing) string {
	switch {
	case s.Mine:
		return v.Stage("mine")
	case s.Closed:
		return v.Stage("closed")
	case s.Stage == dispute.Decided:
		return v.T("dispute.decided", "{{.Stage}}: {{.Outcome}}", "Stage", v.Stage("decided"), "Outcome", v.Outcome(string(s.Outcome)))
	case s.Stage == dispute.Provisional:
		return v.Stage("provisional")
	case s.Stage == dispute.AtBank:
		return v.Stage("at-bank")
	}
	return v.Stage("open")
}

// Names lists what is disputed: "Voltbay Electronics, $612.40 and QX Services, $1.00".
func Names(v *say.Voice, d dispute.Dispute) string {
	var all []string
	for _, i := range d.Items {
		all = append(all, i.Name()+", "+v.Size(i.Amount))
	}
	const most = 2
	switch {
	case len(all) > most:
		return v.N("dispute.items", "{{.First}} and {{.N}} more", "{{.First}} and {{.N}} more", len(all)-1, "First", all[0])
	case len(all) == most:
		return v.T("dispute.both", "{{.First}} and {{.Second}}", "First", all[0], "Second", all[1])
	}
	return all[0]
}

// FileName is what a file of a dispute is called, without its ending.
func FileName(d dispute.Dispute) string {
	return "coffer-dispute-" + d.Facts().Debited.String()
}
