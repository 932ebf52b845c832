package terminal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/sync/bank/banktest"
	"coffer/ui/terminal"
)

// TestATokenIsPastedInATerminal to its end: at each bank that is opened by what the person makes there, by the file
// that ships but for its addresses. Nothing of what they paste is printed.
func TestATokenIsPastedInATerminal(t *testing.T) {
	const checked = "Revoked: these tokens no longer work, checked at"
	const good, other, app = "CANARY-good", "CANARY-other", "CANARY-app"
	for id, b := range map[string]struct {
		open    func(*testing.T) *banktest.Counter
		args    []string
		beside  bool // something goes with the key
		refused string
		balance string
		byHand  string // what the person is told to do; empty: the API ends it
		revoked string
	}{
		"up":       {banktest.NewUp, nil, false, "did not take “Token”. Nothing was stored.", "$14.50", "Take the token back in the Up app", checked},
		"starling": {banktest.NewStarling, nil, false, "did not take “Token”. Nothing was stored.", "£12.50", "Delete the token at the developer portal", checked},
		"akahu":    {banktest.NewAkahu, nil, true, "did not take “Token”. Nothing was stored.", "$12.50", "", checked},
		"investec": {banktest.NewInvestec, []string{"--client-id", banktest.CounterClient}, true, "did not take “Client secret”. Nothing was stored.", "12.50", "Delete the client where you made it at the bank", "Revoked, and proved"},
	} {
		t.Run(id, func(t *testing.T) {
			o, c := newOwner(t), b.open(t)
			c.Accept(good, app)
			shipped, err := os.ReadFile("../../assets/providers/" + id + ".toml")
			if err == nil {
				err = os.MkdirAll(o.folder, 0o700)
			}
			if err == nil {
				err = os.WriteFile(filepath.Join(o.folder, "own-bank.toml"), []byte(c.OwnFile(string(shipped))), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			run := func(code int, key string, args ...string) spoken {
				o.hidden = []string{o.key}
				if key != "" {
					o.hidden = append(o.hidden, key)
				}
				if key != "" && b.beside {
					o.hidden = append(o.hidden, app)
				}
				got := o.own(t, code, args...)
				for _, s := range append(c.Issued(), good, other, app) {
					if strings.Contains(got.out+got.err, s) {
						t.Errorf("a secret is printed:\n%s%s", got.out, got.err)
					}
				}
				if len(o.hidden) != 0 {
					t.Errorf("%d lines were not asked for", len(o.hidden))
				}
				return got
			}
			link := append([]string{"link", "own-bank", "--yes", "--history-days", "900"}, b.args...)
			contains(t, run(terminal.ExitSignIn, other, link...).err, b.refused, "The bank said that it opens nothing")
			if out := run(terminal.ExitOK, "", "banks").out; strings.Contains(out, "Own Bank") {
				t.Errorf("something is kept:\n%s", out)
			}
			got := run(terminal.ExitOK, good, append(link, "--accounts", banktest.Shelf)...)
			contains(t, got.err, "Own Bank took it. It is sealed", "Reading shelf")
			contains(t, got.out, "shelf", b.balance)
			if strings.Contains(got.out, "empty") {
				t.Errorf("an account that was left out is read:\n%s", got.out)
			}
			contains(t, run(terminal.ExitOK, "", "transactions").out, "Shop 24")

			c.Accept(other, app)
			run(terminal.ExitSignIn, "", "sync")
			contains(t, run(terminal.ExitOK, other, link...).err, "This renews the link that waits for a new sign-in. What was read before stays.")
			if b.byHand != "" {
				contains(t, run(terminal.ExitPending, "", "revoke", "own bank", "--yes").err, b.byHand)
				c.Accept("", "")
			}
			contains(t, run(terminal.ExitOK, "", "revoke", "own bank", "--yes").out, b.revoked)
		})
	}
}
