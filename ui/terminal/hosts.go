package terminal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/ui/say"

	"github.com/spf13/cobra"
)

type hostJSON struct {
	Link    string     `json:"link"`
	Bank    string     `json:"bank"`
	Origin  string     `json:"origin"`
	Use     string     `json:"use,omitempty"`
	Address string     `json:"address,omitempty"` // of a question
	Was     string     `json:"was,omitempty"`     // the address that it would take the place of
	Asker   string     `json:"asked_by"`
	Answer  string     `json:"answer"` // listed, allowed, refused, waiting
	Asked   *time.Time `json:"asked,omitempty"`
	At      *time.Time `json:"answered,omitempty"`
}

var useNames = map[consent.Use]string{
	consent.SignInPage: "sign-in-page", consent.TokenPlace: "token", consent.RevokePlace: "revocation", consent.PushPlace: "pushed-request",
	consent.DataAPI: "api", consent.NextPage: "next-page", consent.PlainRead: "plain-read", consent.KeySet: "keys", consent.DevicePlace: "device",
	consent.RegisterPlace: "registration",
}

func (t *terminal) hosts() *cobra.Command {
	var allow, refuse string
	c := &cobra.Command{Use: "hosts [LINK]", GroupID: groupBank, Short: "the hosts that each link may talk to, and why; what it was led to and does not use", Args: cobra.MaximumNArgs(1)}
	c.RunE = t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
		if allow == "" && refuse == "" {
			return t.listHosts(ctx, c, args)
		}
		link, err := t.pickLink(ctx, c, args)
		if err != nil {
			return err
		}
		if refuse != "" {
			return t.answerHosts(ctx, c, link, refuse, false)
		}
		return t.answerHosts(ctx, c, link, allow, true)
	})
	flags := c.Flags()
	flags.StringVar(&allow, "allow", "", "let the link use this host that it was led to; asks before it does")
	flags.StringVar(&refuse, "refuse", "", "keep this host refused, and don't ask again")
	c.MarkFlagsMutuallyExclusive("allow", "refuse")
	return c
}

// answerHosts answers every question of l about a host.
func (t *terminal) answerHosts(ctx context.Context, c *app.Coffer, l app.LinkView, host string, allow bool) error {
	var asks []consent.Ask
	for _, a := range l.Asks {
		if a.Origin == host || t.Voice.Host(a.Origin) == host {
			asks = append(asks, a)
		}
	}
	if len(asks) == 0 {
		return usageError{fmt.Errorf("%s was not led to %s: coffer hosts lists what it was", l.Bank, host)}
	}
	if allow {
		yes, err := t.askHosts(ctx, l.Bank, asks)
		if err != nil {
			return err
		}
		if !yes {
			return toldError{fault.New(fault.ConsentDenied, "allow a host", errors.New("not allowed"))}
		}
	}
	for _, a := range asks {
		if err := c.AnswerHost(ctx, l.ID, a, allow); err != nil {
			return err
		}
	}
	if allow {
		t.tell(t.Voice.T("hosts.noted", "Allowed. The next refresh uses it."))
	}
	return nil
}

// askHosts asks the person whether a link with bank may use addresses that its provider file does not
// list. No answer is no; and where a window holds the vault, it asks too.
func (t *terminal) askHosts(ctx context.Context, bank string, asks []consent.Ask) (bool, error) {
	v := t.Voice
	t.tell(v.T("hosts.terminal", "{{.Bank}} leads to addresses that its provider file does not list. Nothing was looked up there and nothing was sent.", "Bank", bank))
	var hosts []string
	for _, a := range asks {
		t.tellAsk(a)
		hosts = append(hosts, t.hostName(v, a)+" ("+v.Use(int(a.Use))+")")
	}
	yes, err := t.agree(ctx, v.N("hosts.ask", "Allow this host?", "Allow all {{.N}}?", len(asks)))
	if err != nil || !yes {
		return false, err
	}
	err = t.allow(ctx, func(v *say.Voice) string {
		return v.T("asked.hosts", "A terminal of yours asks to let the link with {{.Bank}} use {{.Hosts}}", "Bank", bank, "Hosts", strings.Join(hosts, ", "))
	})
	if fault.KindOf(err) == fault.ConsentDenied { // said at the window, and told
		return false, nil
	}
	return err == nil, err
}

func (t *terminal) hostName(v *say.Voice, a consent.Ask) string {
	if a.Origin == "" {
		return v.T("hosts.none", "No address any more")
	}
	return v.Host(a.Origin)
}

// tellAsk says who asks, which host, what for and what it would get.
func (t *terminal) tellAsk(a consent.Ask) {
	v := t.Voice
	t.tell("  " + t.hostName(v, a))
	line := func(label, text string) {
		if text != "" {
			t.tell(fmt.Sprintf("    %-14s %s", label, text))
		}
	}
	line(v.T("hosts.use", "What for"), v.Use(int(a.Use)))
	line(v.T("hosts.asker", "Who asks"), v.Asker(a.Asker))
	if a.Was != "" {
		line(v.T("hosts.was", "Your link has"), a.Was)
		line(v.T("hosts.new", "It names now"), a.Address)
	}
	if a.Origin == "" {
		return
	}
	line(v.T("hosts.whose", "Whose it is"), v.Whose(a.Site, a.Own))
	line("", v.HostNote(a.Origin))
	line(v.T("hosts.gets", "If you allow it"), v.WouldGet(int(a.Use)))
}

func (t *terminal) listHosts(ctx context.Context, c *app.Coffer, args []string) error {
	links, err := c.Links(ctx)
	if err != nil {
		return err
	}
	if len(args) > 0 {
		one, err := t.pickLink(ctx, c, args)
		if err != nil {
			return err
		}
		links = []app.LinkView{one}
	}
	rows := []hostJSON{}
	for _, l := range links {
		rows = append(rows, hostsOf(l)...)
	}
	if t.json {
		return t.printJSON(rows)
	}
	for _, r := range rows {
		fmt.Fprintf(t.Out, "%s  %s  %s\n", r.Bank, t.Voice.Host(r.Origin), t.hostWords(r))
	}
	return nil
}

// hostWords say why a host is in the list.
func (t *terminal) hostWords(r hostJSON) string {
	v, use := t.Voice, ""
	for u, name := range useNames {
		if name == r.Use {
			use = v.Use(int(u))
		}
	}
	asker := v.Asker(r.Asker)
	switch r.Answer {
	case "allowed":
		return v.T("hosts.line-allowed", "allowed on {{.Day}}: {{.Use}}; asked by {{.Asker}}", "Day", v.FullDay(r.At.Local()), "Use", use, "Asker", asker)
	case "refused":
		return v.T("hosts.line-refused", "refused on {{.Day}}: {{.Use}}; asked by {{.Asker}}", "Day", v.FullDay(r.At.Local()), "Use", use, "Asker", asker)
	case "waiting":
		return v.T("hosts.line-waiting", "waits for you: {{.Use}}; asked by {{.Asker}} on {{.Day}}", "Day", v.FullDay(r.Asked.Local()), "Use", use, "Asker", asker)
	}
	return v.T("hosts.line-listed", "listed by its provider file")
}

func hostsOf(l app.LinkView) []hostJSON {
	var rows []hostJSON
	allowed := map[string]bool{}
	for _, h := range l.Hosts {
		allowed[h.Origin] = true
	}
	for _, origin := range l.Origins {
		if !allowed[origin] {
			rows = append(rows, hostJSON{Link: string(l.ID), Bank: l.Bank, Origin: origin, Answer: "listed"})
		}
	}
	for _, h := range l.Hosts {
		rows = append(rows, hostJSON{Link: string(l.ID), Bank: l.Bank, Origin: h.Origin, Use: useNames[h.Use], Asker: h.Asker, Answer: "allowed", Asked: instant(h.Asked), At: instant(h.Allowed)})
	}
	for _, a := range l.Asks {
		r := hostJSON{Link: string(l.ID), Bank: l.Bank, Origin: a.Origin, Use: useNames[a.Use], Address: a.Address, Was: a.Was, Asker: a.Asker, Answer: "waiting", Asked: instant(a.At)}
		if !a.Refused.IsZero() {
			r.Answer, r.At = "refused", instant(a.Refused)
		}
		rows = append(rows, r)
	}
	return rows
}
