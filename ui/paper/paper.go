// Package paper is a receipt on paper: the words and the font of its PDF, and what a verification says. No
// toolkit.
package paper

import (
	"bytes"
	"fmt"
	"time"

	"coffer/app/consent"
	"coffer/app/receipt"
	"coffer/assets"
	"coffer/ui/say"
)

const stamp = "2006-01-02 15:04:05"

// PDF writes a receipt for a person who reads v and whose times are those of zone.
func PDF(v *say.Voice, f receipt.File, zone *time.Location) ([]byte, error) {
	_, f.Offset = f.Receipt.Ended.In(zone).Zone()
	f.Words = "en"
	return write(v, f)
}

func write(v *say.Voice, f receipt.File) ([]byte, error) {
	font, err := assets.Font("CofferMono-Regular.ttf")
	if err != nil {
		return nil, err
	}
	return receipt.PDF(f, receipt.Page{
		Title: v.T("paper.title", "Revocation receipt"), Sub: f.Receipt.Bank, Language: f.Words, Font: font, Parts: parts(v, f),
	})
}

// Same reports whether the page of a PDF says what its receipt says: it is made again and compared.
func Same(v *say.Voice, f receipt.File, raw []byte) bool {
	again, err := write(v, f)
	return err == nil && bytes.Equal(again, raw)
}

func parts(v *say.Voice, f receipt.File) []receipt.Part {
	r := f.Receipt
	both := func(t time.Time) string {
		if t.IsZero() {
			return v.T("paper.unknown", "not known")
		}
		return t.UTC().Format(stamp) + " UTC, " + t.In(time.FixedZone("", f.Offset)).Format("2006-01-02 15:04:05 -07:00")
	}
	facts := receipt.Part{Heading: v.T("paper.link", "The link"), Lines: [][2]string{{v.T("receipt.bank", "bank"), r.Bank}}}
	for _, name := range r.Accounts {
		facts.Lines = append(facts.Lines, [2]string{v.T("paper.account", "account"), name})
	}
	facts.Lines = append(facts.Lines, [2]string{v.T("receipt.granted", "granted"), both(r.Granted)},
		[2]string{v.T("paper.began", "reading ended"), both(r.Started)}, [2]string{v.T("paper.ended", "this receipt"), both(r.Ended)})
	proof := receipt.Part{Heading: v.T("paper.checked", "What was checked")}
	proof.Lines = append(proof.Lines, [2]string{v.T("paper.verdict", "result"), v.Proved(r.How, both(r.Ended))})
	for _, p := range r.Steps {
		said := v.T("paper.not", "not confirmed")
		if p.OK {
			said = v.T("paper.yes", "confirmed")
		}
		line := v.Proof(int(p.Kind), p.OK)
		if p.Answer != "" {
			line += ": " + p.Answer
		}
		proof.Lines = append(proof.Lines, [2]string{said, line}, [2]string{"", both(p.At)})
	}
	chain := receipt.Part{Heading: v.T("paper.chain", "Its place"), Lines: [][2]string{
		{v.T("receipt.hash", "hash"), r.Hash}, {v.T("receipt.previous", "follows"), orNone(v, r.Previous)},
	}}
	if r.Ledger.Seq > 0 {
		chain.Lines = append(chain.Lines, [2]string{v.T("paper.ledger", "connections"), fmt.Sprintf("%d %s", r.Ledger.Seq, r.Ledger.Hash)})
	}
	chain.Note = v.T("paper.how", "The receipt itself is attached as receipt.json. Its hash is the SHA-256 of its JSON without the hash. coffer receipt --verify FILE holds it against the vault.")
	all := []receipt.Part{facts, proof, erased(v, f, both), chain}
	return all
}

func orNone(v *say.Voice, hash string) string {
	if hash == "" {
		return v.T("paper.first", "nothing: it is the first")
	}
	return hash
}

func erased(v *say.Voice, f receipt.File, both func(time.Time) string) receipt.Part {
	p := receipt.Part{Heading: v.T("paper.history", "What was read before")}
	all := consent.ErasedOf(f.Erased)
	if len(all) == 0 {
		p.Note = v.T("paper.kept", "Kept in the vault when this was written.")
		return p
	}
	e := all[0]
	p.Lines = append(p.Lines, [2]string{v.T("paper.erased", "erased"), both(e.At)})
	for _, g := range e.Gone {
		p.Lines = append(p.Lines, [2]string{"", v.Gone(g.What, int(g.Count), g.Bytes)})
	}
	key := v.T("paper.no-key", "none since")
	if !e.Rekeyed.IsZero() {
		key = both(e.Rekeyed)
	}
	p.Lines = append(p.Lines, [2]string{v.T("paper.key", "new key"), key})
	for _, c := range e.Cleaned {
		did := v.T("paper.anew", "made anew")
		if c.Deleted {
			did = v.T("paper.deleted", "deleted")
		}
		p.Lines = append(p.Lines, [2]string{did, c.Name})
	}
	return p
}

// Verdict says what a verification found.
func Verdict(v *say.Voice, f receipt.Found) string {
	switch f.Verdict {
	case receipt.Genuine:
		return v.T("verdict.genuine", "Genuine: as it was written, receipt {{.Place}} of {{.All}} in this vault’s chain", "Place", f.Place, "All", f.All)
	case receipt.Altered:
		return v.T("verdict.altered", "Altered: it does not say what was written")
	case receipt.Broken:
		return v.T("verdict.broken", "This vault’s own chain is broken at receipt {{.Place}} of {{.All}}: nothing can be said of the file", "Place", f.Place, "All", f.All)
	}
	return v.T("verdict.unknown", "Unknown: whole in itself, and not in this vault’s chain. It is of another vault, or made up")
}

// Differs says that the page of a genuine receipt is not the one that Coffer would write.
func Differs(v *say.Voice) string {
	return v.T("verdict.page", "The page itself is not the one that this Coffer writes: it was made by another version, or changed. What is genuine is what stands here.")
}
