package dispute_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/dispute"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	room "coffer/ui/dispute"
	"coffer/ui/look"
	"coffer/ui/stage"

	"fyne.io/fyne/v2"
)

var (
	wide   = fyne.NewSize(1080, 800)
	narrow = fyne.NewSize(748, 560)
)

// went is what the place asked the frame for.
type went struct {
	back, revoke, rows int
	copied, dir        string
}

func screenOf(f *fake, w *went, id dispute.ID) func(*stage.Rig) stage.Screen {
	return func(r *stage.Rig) stage.Screen {
		s := room.New(f, r.Voice, r.Desk, room.Go{
			Transaction: func(ledger.TransactionID) { w.rows++ }, Revoke: func(consent.LinkID) { w.revoke++ }, Back: func() { w.back++ },
			Copy: func(text string) { w.copied = text }, AskFolder: func(chosen func(string)) { chosen(w.dir) },
		})
		s.Open(id)
		return s
	}
}

func play(t *testing.T, f *fake, w *went, story func(r *stage.Rig)) {
	t.Helper()
	stage.Stage{Size: fyne.NewSize(1080, 1800), Make: screenOf(f, w, "d1")}.Run(t, story)
}

// TestPictures draws the place in every state and in both modes. COFFER_GALLERY keeps the pictures.
func TestPictures(t *testing.T) {
	for mode, word := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
		for size, where := range map[fyne.Size]string{wide: "", narrow: "-narrow"} {
			t.Run(word+where, func(t *testing.T) {
				name := word + where
				for state, f := range map[string]*fake{"known": voltbay(same), "unknown": voltbay(func(a *dispute.Answers) { *a = dispute.Answers{Pack: dispute.Unauthorised, Learned: today} }), "empty": {}} {
					if state != "known" && (mode == look.Light) != (size == wide) {
						continue // two are enough
					}
					id := dispute.ID("d1")
					if state == "empty" {
						id = ""
					}
					stage.Stage{Size: size, Mode: mode, Make: screenOf(f, &went{}, id)}.Run(t, func(r *stage.Rig) {
						r.Tidy()
						r.Keep("dispute-" + state + "-" + name)
						if state == "known" {
							r.Press("All limits, and how they are counted")
							r.Tidy()
							r.Keep("dispute-limits-" + name)
							r.Press("Hide them")
							r.Press("Change")
							r.Write("dd")
							r.Tidy()
							r.Keep("dispute-asked-" + name)
						}
					})
				}
			})
		}
	}
}

func TestTheFirstWordIsToCall(t *testing.T) {
	play(t, voltbay(same), &went{}, func(r *stage.Rig) {
		r.Says("Contact your bank now", "68 days at most for your letter to arrive, until 29 January 2027", "at most $50", "US credit card, 12 CFR 1026.13(b)",
			"Voltbay Electronics, $612.40 and QX Services, $1.00", "+1 555 0142 808", "never one from a message", "not legal advice", "unusual for you", "I did not make, authorise or benefit")
		r.Silent("too late")
	})
	play(t, voltbay(func(a *dispute.Answers) { a.Statement = ledger.Day(2026, 9, 1) }), &went{}, func(r *stage.Rig) {
		r.Says("That day has gone by", "such limits are longer in some cases")
		r.Silent("too late", "Outer limit")
	})
	play(t, voltbay(func(a *dispute.Answers) { a.Country = "" }), &went{}, func(r *stage.Rig) {
		r.Says("Today. Say in which country the bank is")
		r.Silent("days at most", "Outer limit")
	})
}

func TestStepsAreDoneAndUndone(t *testing.T) {
	f, w := voltbay(same), &went{}
	play(t, f, w, func(r *stage.Rig) {
		r.Press("Copy")
		if w.copied != "+1 555 0142 808" {
			t.Errorf("copied is %q", w.copied)
		}
		r.Write("D")
		r.Says("Done: Freeze the card")
		r.Press("Undo")
		r.Silent("Done: Freeze the card")
		r.Write("dd")
		r.Says("reported", "If the bank hasn’t answered by 22 Dec")
		screen := r.Screen.(*room.Screen)
		if !screen.Undo() {
			t.Error("nothing to undo")
		}
		r.Settle()
		r.Says("not reported yet")
		if !screen.Redo() {
			t.Error("nothing to redo")
		}
		r.Settle()
		r.Press("Decided: refused")
		r.Says("decided: refused")
		r.Press("Close the dispute")
		r.Says("closed")
		r.Silent("It was mine after all")
		r.Press("Undo the last note")
		r.Says("It was mine after all")
		time.Sleep(11 * time.Second)
		r.Settle()
		r.Silent("Taken back.")
	})
}

func TestQuestionsAreAnswered(t *testing.T) {
	f := voltbay(func(a *dispute.Answers) { a.Pack, a.Statement, a.Country = "", 0, "" })
	play(t, f, &went{}, func(r *stage.Rig) {
		r.Says("Say whether you, or somebody you let", "Did you, or anybody you let, make or approve it?")
		r.Press("Yes, but somebody lied to make me")
		r.Says("You said that you were tricked")
		r.Press("No, not me, nor anyone I let")
		r.Press("Another, or not known")
		r.Choose("US")
		r.Settle()
		r.Press("I don’t know: count from the charge")
		r.Says("58 days at most for your letter to arrive, until 19 January 2027")
		r.Press("The card or its code was lost or stolen")
		r.Says("The card, or its code, was lost or stolen.")
		if a := f.views[0].Answers; a.Country != "US" || a.Statement != ledger.Day(2026, 11, 20) || !a.Lost {
			t.Errorf("answered %+v", a)
		}
	})
}

func TestAWrongDayIsSaid(t *testing.T) {
	f := voltbay(func(a *dispute.Answers) { a.Statement, a.Learned = 0, 0 })
	play(t, f, &went{}, func(r *stage.Rig) {
		r.Focus("2026-11-30")
		r.Write("soon")
		r.Key(fyne.KeyReturn)
		r.Says("That doesn't fit this dispute. Nothing was changed.", "a day is written as 2026-11-30")
		if f.views[0].Answers.Learned != 0 {
			t.Error("a wrong day was kept")
		}
	})
}

func TestAnotherNumberIsStored(t *testing.T) {
	f := voltbay(same)
	f.phone = ""
	play(t, f, &went{}, func(r *stage.Rig) {
		r.Focus("Number on the back of your card")
		r.Write("159 000")
		r.Key(fyne.KeyReturn)
		if f.phone != "159 000" {
			t.Errorf("stored is %q", f.phone)
		}
		r.Says("159 000")
		r.Press("Undo")
		if f.phone != "" {
			t.Errorf("after undo: %q", f.phone)
		}
	})
}

func TestTheLetterIsWrittenAndSaved(t *testing.T) {
	f, w := voltbay(same), &went{dir: t.TempDir()}
	play(t, f, w, func(r *stage.Rig) {
		r.Write("P")
		r.Press("Save PDF")
		r.Press("CSV")
		r.Says("Saved as", "Nothing was sent: you send it.")
		r.Press("Edit the text")
		r.Says("Paragraphs, one a line")
		r.Press("Keep the text")
		if len(f.views[0].Answers.Words) != 0 {
			t.Error("Coffer's own words were frozen")
		}
	})
	for name, begins := range map[string]string{"coffer-dispute-2026-11-20.pdf": "%PDF-", "coffer-dispute-2026-11-20-2.pdf": "%PDF-", "coffer-dispute-2026-11-20.csv": "role,"} {
		if raw, err := os.ReadFile(filepath.Join(w.dir, name)); err != nil || !bytes.HasPrefix(raw, []byte(begins)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestARefundIsRecognised(t *testing.T) {
	f := voltbay(same)
	f.views[0].Refunds = []dispute.Refund{{Row: ledger.Transaction{ID: "in", Row: ledger.Row{Date: today, Payee: "Voltbay Electronics", Amount: money.New(61240, "USD")}}, Merchant: true}}
	play(t, f, &went{}, func(r *stage.Rig) {
		r.Press("This is it")
		r.Says("$612.40 came back.")
	})
}

func TestMineAfterAllAndDelete(t *testing.T) {
	f, w := voltbay(same), &went{}
	play(t, f, w, func(r *stage.Rig) {
		r.Press("It was mine after all")
		r.Says("yours after all")
		r.Press("Undo")
		r.Silent("yours after all")
		r.Press("Delete")
		r.Says("No dispute", "Deleted.")
		r.Press("Undo")
		r.Says("Contact your bank now")
		r.Press("Revoke link")
		r.Press("Millstone Market")
		r.Key(fyne.KeyEscape)
	})
	if !slices.Equal(f.mine, []dispute.ID{"d1"}) || w.revoke != 1 || w.rows != 1 || w.back != 1 {
		t.Errorf("mine %v, went %+v", f.mine, w)
	}
}

func TestWhyNoneWasOpenedIsSaid(t *testing.T) {
	for _, f := range []*fake{voltbay(same), {}} {
		stage.Stage{Size: wide, Make: screenOf(f, &went{}, "")}.Run(t, func(r *stage.Rig) {
			r.Screen.(*room.Screen).Refused(fault.Because(fault.BadDispute, "dispute.money-in", "open", errors.New("in")))
			r.Says("Only money that went out can be disputed.")
		})
	}
}

// Hidden amounts are hidden on the screen, not in what is saved.
func TestHiddenAmountsAreOnPaper(t *testing.T) {
	f, w := voltbay(same), &went{dir: t.TempDir()}
	play(t, f, w, func(r *stage.Rig) {
		r.Write("P")
		shown, err := os.ReadFile(filepath.Join(w.dir, "coffer-dispute-2026-11-20.pdf"))
		r.Screen.(*room.Screen).SetVoice(r.Voice.Hiding(true))
		r.Silent("$612.40")
		r.Write("P")
		hidden, wrong := os.ReadFile(filepath.Join(w.dir, "coffer-dispute-2026-11-20-2.pdf"))
		if err != nil || wrong != nil || !bytes.Equal(shown, hidden) {
			t.Errorf("the letter differs: %v, %v", err, wrong)
		}
	})
}

func TestTheListAndTrouble(t *testing.T) {
	f := voltbay(same)
	stage.Stage{Size: wide, Make: screenOf(f, &went{}, "")}.Run(t, func(r *stage.Rig) {
		r.Press("Voltbay Electronics, $612.40 and QX Services, $1.00")
		r.Says("Contact your bank now")
	})
	f.fails = fault.New(fault.VaultDamaged, "read", errors.New("bytes"))
	stage.Stage{Size: wide, Make: screenOf(f, &went{}, "d1")}.Run(t, func(r *stage.Rig) {
		r.Says("This can’t be read now", "The vault was changed outside Coffer")
		f.fails = nil
		r.Press("Try again")
		r.Says("Contact your bank now")
	})
}
