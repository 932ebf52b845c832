package terminal

import (
	"context"
	"fmt"

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
	Because  string            `json:"because,omitempty"` // why it was taken back
}

var (
	levelNames  = map[alert.Level]string{alert.Quiet: "worth-a-look", alert.Interrupt: "unusual"}
	answerNames = map[alert.Answer]string{alert.Mine: "mine", alert.NotMine: "not-mine", alert.Later: "later"}
)

func (t *terminal) alerts() *cobra.Command {
	c := t.listAlerts("alerts", groupLook)
	c.AddCommand(
		t.listAlerts("list", ""), t.showAlert(), t.answerAlerts(), t.alertHistory(), t.sensitivity(), t.notice(),
		t.answer("mine", "this was me", alert.Mine),
		t.answer("not-mine", "this was not me", alert.NotMine),
		t.answer("later", "ask again tomorrow, or on another day", alert.Later),
		t.unanswer(), t.scoreFile(),
	)
	return c
}

func (t *terminal) listAlerts(word, group string) *cobra.Command {
	var every bool
	c := &cobra.Command{
		Use: word, GroupID: group, Short: "what is unusual for you, and why", Args: cobra.NoArgs,
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, _ []string) error {
			found, err := c.Alerts(ctx)
			if err != nil {
				return err
			}
			back, err := c.Withdrawn(ctx)
			if err != nil {
				return err
			}
			found = append(found, back...)
			return t.printAlerts(c, found, every)
		}),
	}
	c.Flags().BoolVar(&every, "all", false, "answered ones of the last 90 days too, and what later rows explained")
	return c
}

func (t *terminal) jsonAlert(a app.AlertView) alertJSON {
	out := alertJSON{
		ID: string(a.ID), Detector: a.Detector, Level: levelNames[a.Level], Account: accountName(a.Account.Account), Day: a.Day.String(),
		Why: t.Voice.Reason(a.Why.ID, a.Why.Args), Reason: a.Why.ID, Values: a.Why.Args, Answer: answerNames[a.Answer],
	}
	if a.Withdrawn && a.Because.ID != "" {
		out.Because = t.Voice.Reason(a.Because.ID, a.Because.Args)
	}
	for _, r := range a.Rows {
		out.Rows = append(out.Rows, string(r))
	}
	for _, r := range a.Baseline {
		out.Baseline = append(out.Baseline, string(r))
	}
	return out
}

func (t *terminal) printAlerts(c *app.Coffer, found []app.AlertView, every bool) error {
	list := []alertJSON{}
	for _, a := range found {
		if a.Waits || every {
			list = append(list, t.jsonAlert(a))
		}
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
		if a.Because != "" {
			day += ". " + a.Because
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
