package terminal

import (
	"context"
	"fmt"

	"coffer/app"
	"coffer/app/dispute"
	"coffer/ui/paper"
	"coffer/ui/say"

	"github.com/spf13/cobra"
)

type disputeJSON struct {
	ID        string         `json:"id"`
	Alert     string         `json:"alert,omitempty"`
	Account   string         `json:"account"`
	Stage     string         `json:"stage"`
	Items     []evidenceJSON `json:"items"`
	Country   string         `json:"country,omitempty"`
	Paid      string         `json:"instrument,omitempty"`
	Pack      string         `json:"pack,omitempty"`
	Reference string         `json:"reference,omitempty"`
	First     string         `json:"first"`
	Limit     string         `json:"limit"`
	Clocks    []clockJSON    `json:"clocks"`
	Shares    []string       `json:"shares"`
	Phone     string         `json:"phone,omitempty"`
	Steps     []stepJSON     `json:"steps"`
	Chase     string         `json:"ask_again,omitempty"`
	Refunded  *amountJSON    `json:"refunded,omitempty"`
	Maybe     []evidenceJSON `json:"may_be_refund"`
	Related   []evidenceJSON `json:"related"`
	Note      string         `json:"note"`
}

type evidenceJSON struct {
	ID     string      `json:"id"`
	Date   string      `json:"date"`
	Payee  string      `json:"payee"`
	Amount *amountJSON `json:"amount"`
}

type clockJSON struct {
	Rule     string            `json:"rule"`
	Whose    string            `json:"whose"` // "yours", "bank", "networks"
	By       string            `json:"by,omitempty"`
	Readings map[string]string `json:"readings,omitempty"` // where banks' calendars differ
	From     string            `json:"from,omitempty"`
	What     string            `json:"what"`
	Counted  string            `json:"counted"`
	Law      string            `json:"law"`
	Sure     bool              `json:"sure"` // else: check with your bank
}

type stepJSON struct {
	Step string `json:"step"`
	What string `json:"what"`
	How  string `json:"how"`
	Done string `json:"done,omitempty"`
}

var sideNames = map[dispute.Side]string{dispute.Own: "yours", dispute.Bank: "bank", dispute.Networks: "networks"}

var stageNames = map[dispute.Stage]string{dispute.Open: "open", dispute.AtBank: "reported", dispute.Provisional: "credited", dispute.Decided: "decided"}

func stageName(s dispute.Standing) string {
	if s.Closed {
		return "closed"
	}
	return stageNames[s.Stage]
}

func (t *terminal) disputeList() *cobra.Command {
	var every bool
	c := &cobra.Command{
		Use: "list", Short: "the disputes that are open", Args: cobra.NoArgs,
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, _ []string) error {
			all, err := c.Disputes(ctx)
			if err != nil {
				return err
			}
			return t.printDisputes(c, all, every)
		}),
	}
	c.Flags().BoolVar(&every, "all", false, "closed ones too")
	return c
}

func (t *terminal) printDisputes(c *app.Coffer, all []app.DisputeView, every bool) error {
	list := []disputeJSON{}
	for _, d := range all {
		if d.Standing.Closed && !every {
			continue
		}
		list = append(list, t.jsonDispute(c, d))
		if !t.json {
			fmt.Fprintf(t.Out, "%s  %s\n%*s  %s, %s\n", short(string(d.ID)), paper.Names(t.Voice, d.Dispute), shortWide, "", accountName(d.Account.Account), paper.Stage(t.Voice, d.Standing))
		}
	}
	if t.json {
		return t.printJSON(list)
	}
	if len(list) == 0 {
		t.tell(t.Voice.T("dispute.none", "No dispute is open"))
	}
	return nil
}

func (t *terminal) disputeShow() *cobra.Command {
	var letter bool
	c := &cobra.Command{
		Use: "show [ID]", Short: "the steps, the outer limits and how far it has come; the only open one without an ID", Args: cobra.MaximumNArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			picked, err := pickDispute(ctx, c, append(args, "")[0])
			if err != nil {
				return err
			}
			d, err := c.Dispute(ctx, picked.ID)
			if err != nil {
				return err
			}
			if letter {
				p, err := paper.Letter(t.Voice, d, c.Today())
				if err == nil {
					_, err = fmt.Fprint(t.Out, p.Text())
				}
				return err
			}
			return t.printDispute(c, d)
		}),
	}
	c.Flags().BoolVar(&letter, "letter", false, "the text of the letter and of what is enclosed")
	return c
}

func (t *terminal) jsonDispute(c *app.Coffer, d app.DisputeView) disputeJSON {
	v, today := t.Voice, c.Today()
	out := disputeJSON{
		ID: string(d.ID), Alert: d.Alert, Account: accountName(d.Account.Account), Stage: stageName(d.Standing), Country: d.Answers.Country,
		Paid: string(d.Answers.Instrument), Pack: string(d.Answers.Pack), Reference: d.Answers.Reference, First: paper.First(v),
		Limit: paper.Limit(v, d, today), Clocks: []clockJSON{}, Shares: []string{}, Phone: d.Phone, Refunded: jsonAmount(d.Standing.Back),
		Maybe: []evidenceJSON{}, Related: []evidenceJSON{}, Note: v.NoAdvice(),
	}
	for _, e := range d.Evidence() {
		row := evidenceJSON{string(e.Row), e.Date.String(), e.Payee, jsonAmount(e.Amount)}
		switch e.Role {
		case dispute.Disputed:
			out.Items = append(out.Items, row)
		case dispute.Related:
			out.Related = append(out.Related, row)
		}
	}
	for _, r := range d.Refunds {
		out.Maybe = append(out.Maybe, evidenceJSON{string(r.Row.ID), r.Row.Date.String(), r.Row.Payee, jsonAmount(r.Row.Amount)})
	}
	for _, k := range d.Clocks {
		out.Clocks = append(out.Clocks, jsonClock(v, k))
	}
	for _, s := range d.Shares {
		out.Shares = append(out.Shares, v.Share(s.ID, s.Mark == dispute.Read))
	}
	for _, s := range d.Steps {
		step := stepJSON{Step: string(s), What: v.Step(string(s), string(d.Answers.Pack)), How: paper.How(v, d, s)}
		if e, done := d.Standing.Done[s]; done {
			step.Done = jsonInstant(e.At)
		}
		out.Steps = append(out.Steps, step)
	}
	if d.Chase != 0 {
		out.Chase = d.Chase.String()
	}
	return out
}

func jsonClock(v *say.Voice, k dispute.Clock) clockJSON {
	sure := k.Mark == dispute.Read
	out := clockJSON{Rule: k.ID, Whose: sideNames[k.Side], What: v.Due(k.ID), Counted: v.Counted(k.ID, sure), Law: k.Law, Sure: sure}
	if !k.Known() {
		return out
	}
	out.By, out.From = k.By.String(), k.Start.String()
	for _, r := range k.Readings {
		if r.Calendar != "" {
			if out.Readings == nil {
				out.Readings = map[string]string{}
			}
			out.Readings[r.Calendar] = r.By.String()
		}
	}
	return out
}

func (t *terminal) printDispute(c *app.Coffer, d app.DisputeView) error {
	if t.json {
		return t.printJSON(t.jsonDispute(c, d))
	}
	v, today := t.Voice, c.Today()
	out := func(format string, args ...any) { fmt.Fprintf(t.Out, format+"\n", args...) }
	out("%s. %s", paper.First(v), paper.Limit(v, d, today))
	out("")
	out("%s  %s", short(string(d.ID)), paper.Names(v, d.Dispute))
	out("%*s  %s, %s", shortWide, "", accountName(d.Account.Account), paper.Stage(v, d.Standing))
	if law := paper.Law(v, d); law != "" {
		out("%*s  %s", shortWide, "", law)
	}
	t.printClocks(c, d)
	out("")
	for i, s := range d.Steps {
		mark := " "
		if _, done := d.Standing.Done[s]; done {
			mark = "✓"
		}
		out("%s %d. %-8s %s", mark, i+1, s, v.Step(string(s), string(d.Answers.Pack)))
		out("     %s", paper.How(v, d, s))
		if s == dispute.Call {
			out("     %s", t.phoneLine(d))
		}
	}
	t.printMoney(c, d)
	if d.Link.ID != "" && !d.Link.State.Ended() {
		out("\n%s", v.T("dispute.revoke-command", "The link to {{.Bank}} can only read, so it can’t have made this. To revoke it anyway: coffer revoke {{.Link}}", "Bank", d.Link.Bank, "Link", string(d.Link.ID)))
	}
	out("")
	out("%s", v.NoAdvice())
	return nil
}

func (t *terminal) phoneLine(d app.DisputeView) string {
	if d.Phone == "" {
		return t.Voice.T("dispute.no-phone", "No number is stored yet: coffer dispute set {{.ID}} phone NUMBER", "ID", short(string(d.ID)))
	}
	return t.Voice.T("dispute.phone", "{{.Number}}, stored by you on {{.Day}}", "Number", d.Phone, "Day", t.Voice.FullDay(d.PhoneAt.Local()))
}

// printClocks prints the outer limits, those of the person first, and what the law may leave to them.
func (t *terminal) printClocks(c *app.Coffer, d app.DisputeView) {
	v, today := t.Voice, c.Today()
	if len(d.Clocks) > 0 {
		fmt.Fprintln(t.Out)
		var rows [][]string
		for _, k := range d.Clocks {
			rows = append(rows, []string{"  " + paper.By(v, k, today), v.Due(k.ID), paper.Counted(v, k, today)})
		}
		t.table(rows)
	}
	for _, s := range d.Shares {
		fmt.Fprintf(t.Out, "  %s.\n", v.Share(s.ID, s.Mark == dispute.Read))
	}
}

// printMoney prints what came back, what may have, and what else went out.
func (t *terminal) printMoney(c *app.Coffer, d app.DisputeView) {
	v, today := t.Voice, c.Today()
	line := func(text string) { fmt.Fprintf(t.Out, "\n%s\n", text) }
	if d.Chase != 0 {
		line(v.T("dispute.chase", "Ask the bank again on {{.Day}} if it hasn’t answered.", "Day", v.Day(d.Chase.Time(), today.Time())))
	}
	if !d.Standing.Back.IsZero() {
		line(v.T("dispute.back", "{{.Amount}} came back.", "Amount", v.Money(d.Standing.Back)))
	}
	var maybe [][]string
	for _, r := range d.Refunds {
		maybe = append(maybe, []string{"  " + short(string(r.Row.ID)), v.Day(r.Row.Date.Time(), today.Time()), clip(r.Row.Payee, payeeWide), v.Change(r.Row.Amount)})
	}
	if len(maybe) > 0 {
		line(v.T("dispute.maybe", "This may be the money: coffer dispute track {{.ID}} refund ROW", "ID", short(string(d.ID))))
		t.table(maybe, 3)
	}
	var related [][]string
	for _, r := range d.Related {
		related = append(related, []string{"  " + short(string(r.ID)), v.Day(r.Date.Time(), today.Time()), clip(r.Payee, payeeWide), v.Change(r.Amount)})
	}
	if len(related) > 0 {
		line(v.T("dispute.related", "What else went out in the two weeks around it: was that you?"))
		t.table(related, 3)
	}
}

// askExport asks at the window for a terminal elsewhere.
func askExport(d app.DisputeView) func(v *say.Voice) string {
	return func(v *say.Voice) string {
		return v.T("asked.dispute", "A terminal of yours asks to save the letter of your dispute of {{.What}}", "What", paper.Names(v, d.Dispute))
	}
}
