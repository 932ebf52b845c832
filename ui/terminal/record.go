package terminal

import (
	"context"
	"fmt"
	"strings"
	"time"

	"coffer/app"
	"coffer/app/consent"
)

type recordJSON struct {
	Link        string       `json:"link"`
	Bank        string       `json:"bank"`
	Kind        string       `json:"kind"`
	At          time.Time    `json:"at"`
	Version     string       `json:"version"`
	Shown       []shownJSON  `json:"shown"`
	Provider    string       `json:"provider"`
	File        string       `json:"file,omitempty"`
	FileHash    string       `json:"file_sha256,omitempty"`
	Between     string       `json:"between,omitempty"`
	Reads       []string     `json:"reads"`
	Scopes      []string     `json:"scopes"`
	Hosts       []string     `json:"hosts"`
	HistoryDays int          `json:"history_days,omitempty"`
	ConsentDays int          `json:"consent_days,omitempty"`
	Ends        *time.Time   `json:"ends,omitempty"`
	All         bool         `json:"all_accounts"`
	Accounts    []agreedJSON `json:"accounts"`
	Previous    string       `json:"previous,omitempty"`
	Hash        string       `json:"hash"`
	Intact      bool         `json:"chain_intact"` // of all records of the vault
}

type shownJSON struct {
	Label string `json:"label,omitempty"`
	Text  string `json:"text"`
}

type agreedJSON struct {
	Name   string `json:"name"`
	Number string `json:"number"` // the last digits
	Read   bool   `json:"read"`
}

var agreedNames = map[consent.RecordKind]string{
	consent.AgreedLink: "linked", consent.AgreedRenewal: "renewed", consent.AgreedAccounts: "accounts",
}

// records shows what the person agreed to with a link, newest first.
func (t *terminal) records(ctx context.Context, c *app.Coffer, asked string) error {
	all, intact, err := c.Records(ctx)
	if err != nil {
		return err
	}
	var found []consent.Record
	for i := len(all) - 1; i >= 0; i-- {
		if string(all[i].Link) == asked || strings.EqualFold(all[i].Bank, asked) {
			found = append(found, all[i])
		}
	}
	if len(found) == 0 {
		if _, err := t.pickLink(ctx, c, []string{asked}); err != nil {
			return err
		}
		t.tell(t.Voice.T("agreed.none", "This link was made before Coffer kept what was agreed to. The next renewal is written down."))
	}
	if t.json {
		rows := make([]recordJSON, 0, len(found))
		for _, r := range found {
			rows = append(rows, jsonRecord(r, intact == nil))
		}
		return t.printJSON(rows)
	}
	if intact != nil {
		t.tell(t.Voice.T("agreed.broken", "A record was changed or taken out outside Coffer"))
	}
	for _, r := range found {
		t.printRecord(r)
	}
	return nil
}

func jsonRecord(r consent.Record, intact bool) recordJSON {
	made := recordJSON{Link: string(r.Link), Bank: r.Bank, Kind: agreedNames[r.Kind], At: r.At, Version: r.Version, Provider: r.Provider, File: r.File,
		FileHash: r.FileHash, Between: r.Between, Reads: append([]string{}, r.Reads...), Scopes: append([]string{}, r.Scopes...), Hosts: append([]string{}, r.Hosts...),
		HistoryDays: r.HistoryDays, ConsentDays: r.ConsentDays, Ends: instant(r.Ends), All: r.All, Previous: r.Previous, Hash: r.Hash, Intact: intact,
		Shown: []shownJSON{}, Accounts: []agreedJSON{}}
	for _, l := range r.Text {
		made.Shown = append(made.Shown, shownJSON(l))
	}
	for _, a := range r.Accounts {
		made.Accounts = append(made.Accounts, agreedJSON{a.Name, a.Masked, a.Read})
	}
	return made
}

func (t *terminal) printRecord(r consent.Record) {
	v := t.Voice
	fmt.Fprintf(t.Out, "%s  %s  %s, %s\n", r.Bank, v.Agreed(int(r.Kind)), v.FullDay(r.At.Local()), v.Clock(r.At))
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(t.Out, "  %-20s %s\n", label, value)
		}
	}
	for _, l := range r.Text {
		line(l.Label, l.Text)
	}
	var read, out []string
	for _, a := range r.Accounts {
		if a.Read {
			read = append(read, nameOf(a.Name, a.Masked))
		} else {
			out = append(out, nameOf(a.Name, a.Masked))
		}
	}
	if r.All {
		read = []string{v.T("agreed.all", "Every account that you gave at the bank")}
	}
	line(v.T("agreed.read", "Accounts read"), strings.Join(read, ", "))
	line(v.T("agreed.left-out", "Left out"), strings.Join(out, ", "))
	if !r.Ends.IsZero() {
		line(v.T("agreed.ends", "Until"), v.FullDay(r.Ends.Local()))
	}
	line(v.T("agreed.scopes", "Granted by the bank"), strings.Join(r.Scopes, ", "))
	line(v.T("hosts.fact", "Talks to"), strings.Join(r.Hosts, ", "))
	line(v.T("agreed.file", "Provider file"), strings.TrimSpace(r.Provider+" "+r.FileHash))
	line(v.T("agreed.version", "Coffer"), r.Version)
	line(v.T("agreed.hash", "This record"), r.Hash)
	line(v.T("agreed.previous", "It follows"), r.Previous)
}
