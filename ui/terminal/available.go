package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/provider"
	"coffer/app/secret"
)

type availableJSON struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Countries []string `json:"countries"`
	Between   string   `json:"between,omitempty"`
	Supported bool     `json:"supported"`
	Lacks     []string `json:"lacks,omitempty"`
	Tried     string   `json:"tried"`
	Needs     []string `json:"needs"`
	Hosts     []string `json:"hosts"`
	File      string   `json:"file,omitempty"` // of the person's own
	Hash      string   `json:"hash"`
}

// available lists the banks that there are provider files for, and the files that can't be used.
func (t *terminal) available(shelf app.Shelf) error {
	if t.json {
		list := make([]availableJSON, 0, len(shelf.Providers))
		for _, p := range shelf.Providers {
			list = append(list, t.jsonProvider(p))
		}
		return errors.Join(t.printJSON(list), t.brokenFiles(shelf))
	}
	v := t.Voice
	for _, p := range shelf.Providers {
		fmt.Fprintf(t.Out, "%s  %s\n", p.ID, p.Name)
		line := func(label, value string) {
			if value != "" {
				fmt.Fprintf(t.Out, "  %-10s %s\n", label, value)
			}
		}
		line(v.T("fact.country", "Country"), v.Countries(p.File.Countries))
		line(v.T("fact.way", "How"), v.Way(string(p.File.Way)))
		line(v.T("fact.between", "Between"), p.File.Bridge)
		line(v.T("fact.hosts", "Hosts"), strings.Join(p.Hosts, ", "))
		line(v.T("fact.tried", "Tried"), p.File.Tried)
		if p.Own != "" {
			line(v.T("fact.file", "File"), v.T("banks.not-ours", "Not from Coffer: {{.File}}", "File", p.Own))
		}
		if p.File.Loopback && !p.Demo {
			line("", v.T("banks.for-testing", "For testing: this bank is on this computer"))
		}
		if len(p.Lacks) > 0 {
			line("", v.T("banks.not-yet", "Not supported by this version yet"))
		}
	}
	if shelf.Folder != "" {
		t.tell(v.T("terminal.own-files", "Provider files of your own go into {{.Folder}}.", "Folder", shelf.Folder))
	}
	return t.brokenFiles(shelf)
}

func (t *terminal) jsonProvider(p app.Provider) availableJSON {
	j := availableJSON{
		ID: p.ID, Name: p.Name, Countries: append([]string{}, p.File.Countries...), Between: p.File.Bridge, Supported: len(p.Lacks) == 0,
		Tried: p.File.Tried, Needs: []string{}, Hosts: append([]string{}, p.Hosts...), File: p.Own, Hash: p.File.Hash,
	}
	for _, n := range p.File.Needs {
		j.Needs = append(j.Needs, string(n))
	}
	for _, l := range p.Lacks {
		j.Lacks = append(j.Lacks, l.What)
	}
	return j
}

// brokenFiles tells what is wrong with files of the person's own.
func (t *terminal) brokenFiles(shelf app.Shelf) error {
	var wrong error
	for _, b := range shelf.Broken {
		t.tell(t.Voice.T("terminal.broken-file", "{{.File}} can't be used:", "File", b.Path))
		for _, p := range b.Problems {
			t.tell("  " + p.String())
		}
		wrong = toldError{fault.New(fault.BadFile, "read a provider file", b.Problems)}
	}
	return wrong
}

// answers fills terms with what p's file asks the person for, from given (flags), else by asking.
// A secret is typed hidden, never given in an argument.
func (t *terminal) answers(ctx context.Context, p app.Provider, given map[provider.Need]*string, terms *app.Terms) error {
	for need, text := range given {
		if *text != "" && !p.File.Asks(need) {
			return usageError{fmt.Errorf("%s does not ask for --%s", p.Name, need)}
		}
	}
	terms.Typed, terms.Secrets = map[provider.Need]string{}, map[provider.Need]secret.Text{}
	if (p.File.Redirect == provider.PasteBack || p.File.Way == provider.SignedJWT) && t.Asked != nil { // the last page's address holds the code
		return t.inWindow()
	}
	for _, n := range p.File.Needs {
		switch {
		case !n.Typed():
		case n.Secret():
			typed, err := t.secretFor(n)
			if err != nil {
				return err
			}
			terms.Secrets[n] = typed
		case given[n] != nil && *given[n] != "":
			terms.Typed[n] = *given[n]
		case terms.Again == "": // what is left out of a renewal stays
			fmt.Fprint(t.Err, t.Voice.Need(string(n))+": ")
			typed, err := t.lines.next(ctx)
			if errors.Is(err, io.EOF) {
				return fault.Because(fault.BadAnswer, "answer.missing", "ask for what a bank needs", err, "need", string(n))
			}
			if err != nil {
				return err
			}
			terms.Typed[n] = typed
		}
	}
	return nil
}

// secretFor asks for n. A certificate may come with others behind it, so an empty line ends it.
func (t *terminal) secretFor(n provider.Need) (secret.Text, error) {
	name := t.Voice.Need(string(n))
	if n != provider.Certificate {
		return t.hidden(name+": ", false)
	}
	return t.hidden(t.Voice.T("link.certificate", "{{.Name}}, all lines, then an empty one: ", "Name", name), true)
}

// mostKeyLines bounds a key in lines.
const mostKeyLines = 200

func (t *terminal) hidden(prompt string, more bool) (secret.Text, error) {
	if t.Asked != nil {
		return secret.Text{}, t.inWindow()
	}
	if t.Hidden == nil {
		return secret.Text{}, fault.Because(fault.BadAnswer, "answer.missing", "ask for a secret", errNobody)
	}
	typed, err := t.Hidden(prompt)
	// A key that was pasted has lines, and what is not read here would go to the shell.
	begun := strings.Contains(typed, "-----BEGIN ")
	for n, last := 0, typed; err == nil && n < mostKeyLines && begun && (more && last != "" || !more && !strings.Contains(typed, "-----END ")); n++ {
		last, err = t.Hidden("")
		last = strings.TrimSpace(last)
		typed += "\n" + last
	}
	if errors.Is(err, io.EOF) {
		return secret.Text{}, fault.New(fault.Canceled, "ask for a secret", context.Canceled)
	}
	return secret.New(strings.TrimSpace(typed)), err
}

// confirm shows how the provider file of a link has changed, and lets the link go on if the person
// agrees. It is what a refresh or a renewal waits for.
func (t *terminal) confirm(ctx context.Context, c *app.Coffer, l app.LinkView) error {
	if l.Changed == nil {
		return nil
	}
	t.changed(l)
	ok, err := t.agree(ctx, t.Voice.T("terminal.confirm-file", "Go on with the addresses that the link was made with?"))
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Canceled, "confirm a provider file", context.Canceled)
	}
	return c.ConfirmProvider(ctx, l.ID, l.Changed.Hash)
}

func (t *terminal) changed(l app.LinkView) {
	v := t.Voice
	if l.Changed.Gone {
		t.tell(v.T("terminal.file-gone", "{{.Bank}}: its provider file {{.File}} is gone or can't be used.", "Bank", l.Bank, "File", l.Changed.File))
		return
	}
	t.tell(v.T("terminal.file-changed", "{{.Bank}}: its provider file {{.File}} has changed.", "Bank", l.Bank, "File", l.Changed.File))
	for _, d := range l.Changed.Differs {
		t.tell("  " + v.T("terminal.difference", "{{.What}}: was {{.Was}}, now {{.Now}}", "What", v.Difference(d.What), "Was", dash(d.Was), "Now", dash(d.Now)))
	}
	if len(l.Changed.Differs) == 0 {
		t.tell("  " + v.T("terminal.no-difference", "Nothing that the link uses is different."))
	}
}

func dash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// confirmed finds the link that is asked for and confirms its provider file.
func (t *terminal) confirmed(ctx context.Context, c *app.Coffer, asked string) error {
	l, err := t.pickLink(ctx, c, []string{asked})
	if err != nil {
		return err
	}
	if l.Changed == nil {
		t.tell(t.Voice.T("terminal.file-same", "{{.Bank}}: its provider file is as it was confirmed.", "Bank", l.Bank))
		return nil
	}
	return t.confirm(ctx, c, l)
}
