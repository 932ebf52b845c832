package terminal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"

	"github.com/spf13/cobra"
)

// answerWords are the answers as commands take them.
var answerWords = map[string]alert.Answer{"mine": alert.Mine, "not-mine": alert.NotMine, "later": alert.Later}

func (t *terminal) answer(word, short string, a alert.Answer) *cobra.Command {
	var given answering
	c := &cobra.Command{
		Use: word + " ID...", Short: short,
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			return t.giveAnswer(ctx, c, a, args, given)
		}),
	}
	given.flags(c, a == alert.Later)
	return c
}

// answering is what can be said with an answer.
type answering struct{ merchant, until string }

func (a *answering) flags(c *cobra.Command, later bool) {
	c.Flags().StringVar(&a.merchant, "merchant", "", "all that wait of this payee, as the list shows it, in place of ids: `name`")
	if later {
		c.Flags().StringVar(&a.until, "until", "", "later: ask again on this day, in place of tomorrow: `YYYY-MM-DD`")
	}
}

func (t *terminal) answerAlerts() *cobra.Command {
	var given answering
	c := &cobra.Command{
		Use: "answer mine|not-mine|later ID...", Short: "answer alerts; undo takes it back", Args: cobra.MinimumNArgs(1), ValidArgs: []string{"mine", "not-mine", "later"},
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			a, known := answerWords[args[0]]
			if !known {
				return usageError{fmt.Errorf("%q is no answer: mine, not-mine or later", args[0])}
			}
			return t.giveAnswer(ctx, c, a, args[1:], given)
		}),
	}
	given.flags(c, true)
	return c
}

// giveAnswer answers the alerts that words name, or all that wait of a payee: all of them, or none.
func (t *terminal) giveAnswer(ctx context.Context, c *app.Coffer, a alert.Answer, words []string, given answering) error {
	day, err := given.day(a)
	if err != nil {
		return err
	}
	merchant := given.merchant
	if (merchant == "") == (len(words) == 0) {
		return usageError{errors.New("which alerts? their ids, or --merchant NAME; coffer alerts lists them")}
	}
	found, err := c.Alerts(ctx)
	if err != nil {
		return err
	}
	ids, err := pickAlerts(found, words)
	if err != nil {
		return err
	}
	if merchant != "" {
		if ids = waitingOf(found, merchant); len(ids) == 0 {
			return usageError{fmt.Errorf("no alert about %q waits: coffer alerts lists them", merchant)}
		}
	}
	if day == 0 {
		_, err = c.AnswerEach(ctx, ids, a)
	} else {
		_, err = c.PutOff(ctx, ids, day)
	}
	if err != nil {
		return err
	}
	return t.printAnswered(c, ids, answerNames[a], day)
}

// day is when later is to be; 0 is tomorrow.
func (a answering) day(answer alert.Answer) (ledger.Date, error) {
	switch day, err := ledger.ParseDate(a.until); {
	case a.until == "":
		return 0, nil
	case answer != alert.Later:
		return 0, usageError{errors.New("--until is for later alone")}
	case err != nil:
		return 0, usageError{fmt.Errorf("%q is no day: write it as 2027-05-03", a.until)}
	default:
		return day, nil
	}
}

func (t *terminal) printAnswered(c *app.Coffer, ids []alert.ID, answer string, day ledger.Date) error {
	if t.json {
		said := map[string]any{"answered": ids, "answer": answer}
		if day != 0 {
			said["until"] = day.String()
		}
		return t.printJSON(said)
	}
	t.tell(t.Voice.N("alerts.answered", "{{.N}} answer kept", "{{.N}} answers kept", len(ids)))
	if day != 0 {
		t.tell(t.Voice.T("answer.put-off", "Asked again {{.Day}} at 09:00.", "Day", t.Voice.Day(day.Time(), c.Today().Time())))
	} else if answer == answerNames[alert.Later] {
		t.tell(t.Voice.T("answer.later-done", "Asked again tomorrow at 09:00."))
	}
	if answer == answerNames[alert.NotMine] {
		t.tell(t.Voice.T("alerts.freeze", "Freeze the card in your bank’s own app, or call the number on its back. coffer watch lists what is blocked now."))
	}
	return nil
}

// waitingOf are the alerts that wait and whose newest row is of this payee.
func waitingOf(found []app.AlertView, payee string) (ids []alert.ID) {
	for _, a := range found {
		if n := len(a.About); a.Waits && n > 0 && strings.EqualFold(alert.ShownOf(a.About[n-1].Row), payee) {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

func (t *terminal) unanswer() *cobra.Command {
	return &cobra.Command{
		Use: "undo ID...", Aliases: []string{"unanswer"}, Short: "take an answer back", Args: cobra.MinimumNArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			found, err := everyAlert(ctx, c)
			if err != nil {
				return err
			}
			ids, err := pickAlerts(found, args)
			if err != nil {
				return err
			}
			if _, err := c.AnswerEach(ctx, ids, alert.Unanswered); err != nil {
				return err
			}
			if t.json {
				return t.printJSON(map[string]any{"answered": ids, "answer": ""})
			}
			t.tell(t.Voice.N("alerts.unanswered", "{{.N}} answer taken back", "{{.N}} answers taken back", len(ids)))
			return nil
		}),
	}
}

// everyAlert is every alert that waits or was ever answered.
func everyAlert(ctx context.Context, c *app.Coffer) ([]app.AlertView, error) {
	found, err := c.Alerts(ctx)
	if err != nil {
		return nil, err
	}
	history, err := c.Answers(ctx, 0, everyPair)
	if err != nil {
		return nil, err
	}
	seen := map[alert.ID]bool{}
	for _, a := range found {
		seen[a.ID] = true
	}
	for _, a := range history.Alerts {
		if !seen[a.ID] {
			found = append(found, a)
		}
	}
	return found, nil
}

// pickAlerts finds the alerts that words name, each by its id or the end of it.
func pickAlerts(all []app.AlertView, words []string) (ids []alert.ID, err error) {
	for _, word := range words {
		id, err := pickAlert(all, word)
		if err != nil {
			return nil, err // before any is answered
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// pickAlert finds the alert whose id is word or ends with it.
func pickAlert(all []app.AlertView, word string) (alert.ID, error) {
	var found []alert.ID
	for _, a := range all {
		if string(a.ID) == word || len(word) >= shortest && strings.HasSuffix(string(a.ID), word) {
			found = append(found, a.ID)
		}
	}
	if len(found) != 1 {
		return "", usageError{fmt.Errorf("%d alerts are called %q: coffer alerts lists them", len(found), word)}
	}
	return found[0], nil
}

func (t *terminal) alertHistory() *cobra.Command {
	var limit, offset int
	c := &cobra.Command{
		Use: "history", Short: "what you answered, the last first, however long ago", Args: cobra.NoArgs,
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, _ []string) error {
			got, err := c.Answers(ctx, max(0, offset), max(0, limit))
			if err != nil {
				return err
			}
			if err := t.printAlerts(c, got.Alerts, true); err != nil || t.json {
				return err
			}
			if rest := got.All - offset - len(got.Alerts); rest > 0 {
				t.tell(t.Voice.N("alerts.older", "{{.N}} older one: --offset {{.Offset}}", "{{.N}} older ones: --offset {{.Offset}}", rest, "Offset", offset+len(got.Alerts)))
			}
			return nil
		}),
	}
	c.Flags().IntVar(&limit, "limit", mostListed, "at most so many")
	c.Flags().IntVar(&offset, "offset", 0, "leave out so many first")
	return c
}

type numberJSON struct {
	Label  string      `json:"label"`
	Amount *amountJSON `json:"amount,omitempty"`
	Count  int         `json:"count,omitempty"`
}

type shownAlertJSON struct {
	alertJSON
	About   []rowJSON     `json:"about"`
	Numbers []numberJSON  `json:"numbers"`
	Normal  []string      `json:"normal"`
	Against []againstJSON `json:"against"`
}

type againstJSON struct {
	rowJSON
	Paid int `json:"paid"` // how often its payee was paid in the 13 months before the alert
}

func (t *terminal) showAlert() *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "one alert with its numbers, what would have made it normal, and the rows it was held against", Args: cobra.ExactArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			all, err := everyAlert(ctx, c)
			if err != nil {
				return err
			}
			back, err := c.Withdrawn(ctx)
			if err != nil {
				return err
			}
			id, err := pickAlert(append(all, back...), args[0])
			if err != nil {
				return err
			}
			a, err := c.Alert(ctx, id)
			if err != nil {
				return err
			}
			if t.json {
				all, err := c.Accounts(ctx)
				if err != nil {
					return err
				}
				return t.printJSON(t.shownAlert(a, all))
			}
			t.printAlert(c, a)
			return nil
		}),
	}
}

func (t *terminal) shownAlert(a app.AlertView, accounts []ledger.AccountView) shownAlertJSON {
	of := map[ledger.AccountID]ledger.AccountView{}
	for _, account := range accounts {
		of[account.ID] = account
	}
	made := shownAlertJSON{alertJSON: t.jsonAlert(a), About: []rowJSON{}, Numbers: []numberJSON{}, Normal: []string{}, Against: []againstJSON{}}
	for _, r := range a.About {
		made.About = append(made.About, jsonRow(r, of[r.Account]))
	}
	for _, n := range a.Numbers {
		one := numberJSON{Label: n.Label, Count: n.Count}
		if n.Amount != "" {
			one.Amount = &amountJSON{n.Amount, n.Currency}
		}
		made.Numbers = append(made.Numbers, one)
	}
	for _, n := range a.Normal {
		made.Normal = append(made.Normal, t.Voice.Reason(n.ID, n.Args))
	}
	for _, r := range a.Against {
		made.Against = append(made.Against, againstJSON{jsonRow(r, of[r.Account]), a.Paid[r.ID]})
	}
	return made
}

// printAlert prints an alert as the window shows it, but for the chart.
func (t *terminal) printAlert(c *app.Coffer, a app.AlertView) {
	v := t.Voice
	state := v.Level(levelNames[a.Level])
	if word := answerNames[a.Answer]; word != "" {
		state = v.Answer(word)
	}
	fmt.Fprintf(t.Out, "%s  %s\n%*s  %s, %s\n", short(string(a.ID)), v.Reason(a.Why.ID, a.Why.Args), shortWide, "", state, accountName(a.Account.Account))
	if a.Withdrawn && a.Because.ID != "" {
		fmt.Fprintf(t.Out, "%*s  %s\n", shortWide, "", v.Reason(a.Because.ID, a.Because.Args))
	}
	t.printRows(c, a.About, func(ledger.Transaction) string { return "" })
	fmt.Fprintf(t.Out, "\n%s\n", v.T("alerts.numbers", "The numbers"))
	var numbers [][]string
	for _, n := range a.Numbers {
		value := v.Count(n.Count)
		if n.Amount != "" {
			value = v.Decimal(n.Amount, n.Currency)
		}
		numbers = append(numbers, []string{"  " + v.Label(n.Label), value})
	}
	if len(numbers) > 0 {
		t.table(numbers, 1)
	}
	fmt.Fprintf(t.Out, "\n%s\n", v.T("alerts.normal", "What would have made this normal"))
	for _, n := range a.Normal {
		fmt.Fprintf(t.Out, "  – %s\n", v.Reason(n.ID, n.Args))
	}
	if len(a.Against) > 0 {
		fmt.Fprintf(t.Out, "\n%s\n", v.T("alerts.baseline", "Your own rows it was held against, largest first"))
		t.printRows(c, a.Against, func(r ledger.Transaction) string { return v.Paid(a.Paid[r.ID], r.Amount.Minor > 0) })
	}
}

// printRows prints rows with what note says of each.
func (t *terminal) printRows(c *app.Coffer, rows []ledger.Transaction, note func(ledger.Transaction) string) {
	if len(rows) == 0 {
		return
	}
	today := c.Today().Time()
	lines := make([][]string, len(rows))
	for i, r := range rows {
		lines[i] = []string{"  " + short(string(r.ID)), t.Voice.Day(r.Date.Time(), today), clip(alert.ShownOf(r.Row), payeeWide), t.Voice.Change(r.Amount), note(r)}
	}
	t.table(lines, 3)
}
