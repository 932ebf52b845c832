package banks_test

import (
	"context"
	"os"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// scenes are the pages that are drawn to be looked at: COFFER_GALLERY=folder keeps them.
func scenes() map[string]func(r *rig) {
	pending := func(r *rig) {
		r.fake.revoke = func(_ context.Context, id consent.LinkID, told func(consent.Proof)) (consent.Receipt, error) {
			r.fake.setState(id, consent.RevokePending)
			p := consent.Proof{Kind: consent.ConsentEnded, Answer: "503", At: now}
			told(p)
			receipt := consent.Receipt{Link: id, Bank: "Banco Azulejo", Accounts: []string{"Conta corrente ·· 8801"}, Granted: now, Started: now, Ended: now, Steps: []consent.Proof{p}, History: "kept"}
			return receipt, fault.Because(fault.RevokePending, "revoke.consent", "revoke", context.DeadlineExceeded)
		}
		r.press("Revoke")
		r.press("Revoke")
	}
	waiting := func(noBrowse bool, code string) func(r *rig) {
		return func(r *rig) {
			r.fake.link = func(ctx context.Context, _ string, _ app.Terms, told func(app.LinkingProgress)) (consent.LinkID, error) {
				told(app.LinkingProgress{Step: app.InBrowser, Address: "http://127.0.0.1:4711/authorize?request_uri=urn:x:31c9&client_id=coffer", NoBrowse: noBrowse, Code: code})
				<-ctx.Done()
				return "", ctx.Err()
			}
			openBank(r)
			r.press("Link")
		}
	}
	return map[string]func(r *rig){
		"banks": func(*rig) {},
		"unread": func(r *rig) {
			r.fake.links[1].Unread = []consent.Unread{{Account: "a4", Name: "Card", Problem: int(fault.LoginNeeded), Reason: "account.refused"}}
			r.fake.links[2].State, r.fake.links[2].Problem, r.fake.links[2].Expires = consent.NeedsLogin, int(fault.LoginNeeded), now.AddDate(0, 3, 0)
			r.fake.changed()
			r.settle()
		},
		"banks-busy": func(r *rig) {
			r.fake.refresh = func(ctx context.Context, _ consent.LinkID) (app.Refreshed, error) {
				<-ctx.Done()
				return app.Refreshed{}, ctx.Err()
			}
			r.press("Refresh")
			r.fake.job(app.Progress{Link: "azulejo", Account: "Conta corrente", Rows: 1240, Done: 40, Total: 90})
			r.pressNth("Revoke", 0)
		},
		"host": func(r *rig) {
			f, _ := askingBank(askPage, askTokens)
			r.fake.link = func(ctx context.Context, p string, t app.Terms, told func(app.LinkingProgress)) (consent.LinkID, error) {
				f.ask = t.Ask
				return f.link(ctx, p, t, told)
			}
			openBank(r)
			r.press("Link")
		},
		"host-card": func(r *rig) {
			refused := askTokens
			refused.Refused = now
			l := &r.fake.links[1].Link
			l.Origins = []string{"https://login.northlight.example:443"}
			l.Allow(consent.Ask{Use: consent.NextPage, Origin: "https://pages.northlight.example:443", Asker: "api.northlight.example", At: now}, now)
			l.Asks = []consent.Ask{askAPI, refused}
			r.fake.changed()
			r.settle()
		},
		"add":              openBank,
		"add-waiting":      waiting(false, ""),
		"add-waiting-code": waiting(false, "WDJB-MJHT"),
		"add-nobrowse":     waiting(true, ""),
		"pending":          pending,
		"add-approving": func(r *rig) {
			withPhone := northlight
			withPhone.SignIn = &app.SignIn{Name: "nora", Password: "harbour-lamp-42", Phone: "http://127.0.0.1:4711/pocketwell/phone"}
			r.fake.providers = []app.Provider{withPhone}
			r.fake.link = func(ctx context.Context, _ string, _ app.Terms, told func(app.LinkingProgress)) (consent.LinkID, error) {
				told(app.LinkingProgress{Step: app.Approving})
				<-ctx.Done()
				return "", ctx.Err()
			}
			openBank(r)
			r.press("Link")
			r.says("Open the phone")
		},
		"unapproved": func(r *rig) {
			l := &r.fake.links[1].Link
			l.State, l.Problem = consent.Unapproved, int(fault.ApprovalNeeded)
			r.fake.changed()
			r.settle()
			r.says("Check again")
		},
		"revoking": func(r *rig) {
			r.fake.revoke = func(ctx context.Context, _ consent.LinkID, told func(consent.Proof)) (consent.Receipt, error) {
				told(proofs()[0])
				told(proofs()[1])
				<-ctx.Done()
				return consent.Receipt{}, ctx.Err()
			}
			r.press("Revoke")
			r.press("Revoke")
		},
		"add-denied": func(r *rig) {
			r.fake.link = func(context.Context, string, app.Terms, func(app.LinkingProgress)) (consent.LinkID, error) {
				return "", fault.New(fault.ConsentDenied, "link", context.DeadlineExceeded)
			}
			openBank(r)
			r.press("Link")
		},
		"byhand":      func(r *rig) { byHand(r, 1) },
		"byhand-drop": func(r *rig) { byHand(r, 1); r.press("Drop the tokens"); r.says("Drop without proof") },
		"dropped": func(r *rig) {
			byHand(r, 1)
			r.press("Drop the tokens")
			r.press("Drop without proof")
			r.says("Dropped here, never proved")
		},
		"erased": func(r *rig) {
			at := func(days int) time.Time { return now.AddDate(0, 0, -days) }
			in := func(made time.Time) app.Backup {
				return app.Backup{Path: "/home/nora/Documents/Coffer backups/coffer-" + made.Format("2006-01-02") + ".backup", Made: made}
			}
			r.fake.erase = func(consent.LinkID) (consent.Receipt, error) { return shredded(2, 1240), nil }
			r.fake.erasures = []app.ErasureReport{{Erased: consent.Erased{Link: "old", At: now, Erasure: *shredded(2, 1240).Erasure, Rekeyed: now},
				Backups: []app.ErasedBackup{{Backup: in(at(1)), Former: true}, {Backup: in(at(8)), Former: true}, {Backup: in(at(200))}}}}
			r.press("Receipt")
			r.press("Shred them too")
			time.Sleep(11 * time.Second) // of the bubble's clock
			r.settle()
			r.window.Resize(fyne.NewSize(r.window.Canvas().Size().Width, 1500))
			r.settle()
			r.says("3 backups made before the erasure", "Under the former key, with which old blocks of the disk open. Made anew by what opened it.")
		},
		"receipt":   func(r *rig) { r.press("Receipt"); r.press("Verify chain") },
		"shredding": func(r *rig) { r.press("Receipt"); r.press("Shred them too") },
	}
}

// pictures draws a scene in each look and shape; without somebody to look, one of each is enough.
func pictures(t *testing.T, name string, make func() *fake, scene func(r *rig)) {
	t.Helper()
	for mode, suffix := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
		for shape, size := range map[string]fyne.Size{"": wideSize, "-narrow": narrowSize} {
			if os.Getenv("COFFER_GALLERY") == "" && (mode == look.Dark) != (size == narrowSize) {
				continue
			}
			t.Run(name+shape+" "+suffix, func(t *testing.T) {
				runIn(t, make(), size, mode, func(r *rig) {
					scene(r)
					r.keep(name + shape + "-" + suffix)
					finish(r)
				})
			})
		}
	}
}

func TestGallery(t *testing.T) {
	for name, scene := range scenes() {
		pictures(t, name, full, scene)
	}
	t.Run("empty", func(t *testing.T) {
		run(t, &fake{}, wideSize, func(r *rig) {
			r.keep("empty")
			r.screen.AddBank()
			r.settle()
			r.keep("add-none")
		})
	})
}

// byHand shows the revocation of the nth link as one that only the person can end.
func byHand(r *rig, nth int) {
	l := &r.fake.links[nth]
	l.State, l.Pending = consent.RevokePending, consent.Pending{Reason: "revoke.byhand", Next: now.Add(time.Hour)}
	l.Provider.File.ByHand = "In the bank’s own settings, open Connected apps, choose Coffer, and end it there."
	l.Provider.File.ByHandAt = "https://northlight.example/settings/connected-apps/coffer"
	r.fake.revoke = func(_ context.Context, id consent.LinkID, told func(consent.Proof)) (consent.Receipt, error) {
		p := consent.Proof{Kind: consent.AccessRefused, Answer: "200", At: now}
		told(p)
		return consent.Receipt{Link: id, Bank: "Northlight Bank", Accounts: []string{"Everyday ·· 2290", "Card ·· 4417"}, Granted: now, Started: now, Ended: now,
			Steps: []consent.Proof{p}, History: "kept"}, fault.Because(fault.RevokePending, "revoke.byhand", "revoke", context.DeadlineExceeded)
	}
	r.fake.changed()
	r.settle()
	r.press("Try now")
	r.says("At the bank, by you", "by itself after 22 November 2026, ")
}

// finish cancels what still runs, so that the story can end.
func finish(r *rig) {
	r.screen.Back()
	r.settle()
	for _, line := range []string{"See the steps", "Cancel", "Stop asking"} {
		if containsLine(r.words(), line) {
			r.press(line)
		}
	}
	time.Sleep(11 * time.Second) // of the bubble's clock
	r.settle()
}

// openBank shows the terms of the first bank; narrow, that is a step further.
func openBank(r *rig) {
	r.screen.AddBank()
	r.settle()
	if !containsLine(r.words(), "Link") {
		r.press("Northlight Bank")
	}
}

// TestAPageHasOneLoudButton: of what can be done, one thing is the next.
func TestAPageHasOneLoudButton(t *testing.T) {
	for _, name := range []string{"pending", "byhand", "add-nobrowse", "add-approving"} {
		t.Run(name, func(t *testing.T) {
			run(t, full(), wideSize, func(r *rig) {
				scenes()[name](r)
				loud := 0
				walk(r.window.Content(), nil, func(o fyne.CanvasObject, around []fyne.CanvasObject) {
					box, is := o.(*canvas.Rectangle)
					if !is || box.FillColor != theme.Color(look.Accent) {
						return
					}
					if _, is := around[len(around)-1].(*part.Button); is {
						loud++
					}
				})
				if loud != 1 {
					t.Errorf("%d buttons are loud in\n%s", loud, r.words())
				}
				finish(r)
			})
		})
	}
}
