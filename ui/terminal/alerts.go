package terminal

import (
	"context"
	"fmt"
	"strings"

	"coffer/app"
	"coffer/app/alert"

	"github.com/spf13/cobra"
)

type alertJSON struct {
	ID       string            `json:"id"`
	Detector string            `json:"detector"`
	Level    string            `json:"level"`
	Account  string            `json:"account"`
	Day      string            `json:"day"`
	Why      string            `json:"why"`
	Reason   string            `json:"reason"`
	Values   map[string]string `json:"values,omitempty"`
	Rows     []string          `json:"rows"`
	Baseline []string          `json:"baseline"`
	Answer   string            `json:"answer,omitempty"`
}

var (
	levelNames  = map[alert.Level]string{alert.Quiet: "worth-a-look", alert.Interrupt: "unusual"}
	answerNames = map[alert.Answer]string{alert.Mine: "mine", alert.NotMine: "not-mine", alert.Later: "later"}
)

func (t *terminal) alerts() *cobra.Command {
	var every bool
	c := &cobra.Command{
		Use: "alerts", GroupID: groupLook, Short: "what is unusual for you, and why", Args: cobra.NoArgs,
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, _ []string) error {
			found, err := c.Alerts(ctx)
			if err != nil {
				return err
			}
			return t.printAlerts(c, found, every)
		}),
	}
	c.Flags().BoolVar(&every, "all", false, "answered ones too")
	c.AddCommand(
		t.answer("mine", "this was me", alert.Mine),
		t.answer("not-mine", "this was not me", alert.NotMine),
		t.answer("later", "ask again tomorrow", alert.Later),
		t.answer("unanswer", "take an answer back", alert.Unanswered),
		t.scoreFile(),
	)
	return c
}

func (t *terminal) answer(word, short string, a alert.Answer) *cobra.Command {
	return &cobra.Command{
		Use: word + " ID...", Short: short, Args: cobra.MinimumNArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			found, err := c.Alerts(ctx)
			if err != nil {
				return err
			}
			var ids []alert.ID
			for _, word := range args {
				id, err := pickAlert(found, word)
				if err != nil {
					return err // before any is answered
				}
				ids = append(ids, id)
			}
			for _, id := range ids {
				if _, err := c.Answer(ctx, id, a); err != nil {
					return err
				}
			}
			if t.json {
				return t.printJSON(map[string]any{"answered": ids, "answer": answerNames[a]})
			}
			t.tell(t.Voice.N("alerts.answered", "{{.N}} answer kept", "{{.N}} answers kept", len(args)))
			return nil
		}),
	}
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

func (t *terminal) printAlerts(c *app.Coffer, found []app.AlertView, every bool) error {
	list := []alertJSON{}
	for _, a := range found {
		if !a.Waits && !every {
			continue
		}
		out := alertJSON{
			ID: string(a.ID), Detector: a.Detector, Level: levelNames[a.Level], Account: accountName(a.Account.Account), Day: a.Day.String(),
			Why: t.Voice.Reason(a.Why.ID, a.Why.Args), Reason: a.Why.ID, Values: a.Why.Args, Answer: answerNames[a.Answer],
		}
		for _, r := range a.Rows {
			out.Rows = append(out.Rows, string(r))
		}
		for _, r := range a.Baseline {
			out.Baseline = append(out.Baseline, string(r))
		}
		list = append(list, out)
	}
	if t.json {
		return t.printJSON(list)
	}
	if len(list) == 0 {
		t.tell(t.Voice.T("alerts.none", "Nothing unusual"))
	}
	for _, a := range list {
		day := a.Day
		if a.Answer != "" {
			day += ", " + a.Answer
		}
		fmt.Fprintf(t.Out, "%s  %s\n%*s  %s, %s, %s\n", short(a.ID), a.Why, shortWide, "", t.Voice.Level(a.Level), a.Account, day)
	}
	return nil
}

const (
	shortest  = 4 // letters of an id that are taken for it
	shortWide = 8
)

// short returns enough of an id to name it: its end, which is drawn at random.
func short(id string) string { return id[max(0, len(id)-shortWide):] }
