package settings_test

import (
	"errors"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/fault"
	"coffer/ui/look"
	"coffer/ui/say"
	"coffer/ui/settings"
	"coffer/ui/stage"

	"fyne.io/fyne/v2"
)

var (
	wide   = fyne.NewSize(1080, 800)
	narrow = fyne.NewSize(748, 560)
)

// heard is what the screen asked of the frame.
type heard struct {
	file, folder string // what the person chooses
	copied       []string
	told         []string
	banks        int
	watchlist    int
	score        say.Score
	mode         string
	trayless     bool
}

func screenOf(f *fake, h *heard) func(*stage.Rig) stage.Screen {
	return func(r *stage.Rig) stage.Screen {
		return settings.New(f, r.Voice, r.Desk, settings.Go{
			AskFile:   func(chosen func(string)) { chosen(h.file) },
			AskFolder: func(chosen func(string)) { chosen(h.folder) },
			Copy:      func(text string) { h.copied = append(h.copied, text) },
			Told:      func(text string) { h.told = append(h.told, text) },
			Banks:     func() { h.banks++ },
			Watchlist: func() { h.watchlist++ },
			Score:     h.score,
			Version:   "0.3.0",
			Tray:      !h.trayless,
			Look:      settings.Appearance{Mode: func() string { return h.mode }, Set: func(mode string) { h.mode = mode }},
		})
	}
}

func play(t *testing.T, f *fake, h *heard, story func(r *stage.Rig)) {
	t.Helper()
	stage.Stage{Size: wide, Make: screenOf(f, h)}.Run(t, story)
}

// group types the recovery key back, all eight groups.
func typeBack(r *stage.Rig, key *app.RecoveryKey) {
	groups := key.Groups()
	r.Write(strings.Join(groups[:], ""))
}

func damaged(what fault.Kind) error { return fault.New(what, "look", errors.New("bytes")) }

// TestPictures draws the place in every state and in both modes. COFFER_GALLERY keeps the pictures.
func TestPictures(t *testing.T) {
	troubled := func(f *fake) {
		f.place.SyncedBy, f.place.Default, f.synced = "Dropbox", false, "OneDrive"
		f.keys.RecoveryTyped, f.keys.RekeyDue, f.after = false, true, 0
		f.keys.Slots = append(f.keys.Slots, slot(app.KeyringSlot, now))
		f.backups[1].Problem, f.backups[2].Problem = damaged(fault.VaultDamaged), damaged(fault.VaultNewer)
		f.vaults = append(f.vaults, app.VaultEntry{Name: "Paul"}, app.VaultEntry{Name: "before 3 October 2026", Aside: true})
	}
	for name, c := range map[string]struct {
		set func(f *fake)
		do  func(r *stage.Rig, f *fake)
	}{
		"main":     {},
		"troubled": {set: troubled},
		"foot":     {set: troubled, do: func(r *stage.Rig, _ *fake) { r.Key(fyne.KeyUp) }},
		"list":     {set: troubled, do: func(r *stage.Rig, _ *fake) { r.Press("Show 14") }},
		"alone": {set: func(f *fake) {
			f.drop(app.PassphraseSlot)
			f.keys.KeyringOnly = true
			f.keys.Slots = append(f.keys.Slots, slot(app.KeyringSlot, now))
			f.keys.Pinned = false
		}},
		"passphrase": {do: func(r *stage.Rig, _ *fake) {
			r.Press("Change")
			r.Write("lamp")
			r.Key(fyne.KeyReturn)
			r.Write("four words or more")
		}},
		"keyring": {set: func(f *fake) { f.err = fault.Because(fault.KeyringLocked, "keyring.locked", "keep", errors.New("x")) }, do: func(r *stage.Rig, _ *fake) {
			r.Press("Turn on")
			r.Write(passphrase)
			r.Key(fyne.KeyReturn)
		}},
		"rekey": {do: func(r *stage.Rig, f *fake) {
			f.steps, f.block = 30, make(chan struct{})
			r.Press("New key")
			r.Write(passphrase)
			r.Press("Delete the older backups once the new one is checked")
			r.Press("Seal everything anew")
		}},
		"key":    {do: toKey},
		"typing": {do: func(r *stage.Rig, f *fake) { toKey(r, f); r.Press("I wrote it on paper"); typeBack(r, f.fresh) }},
		"restore": {set: troubled, do: func(r *stage.Rig, _ *fake) {
			r.Press("Show 14")
			r.Press("Restore")
			r.Write("wrong")
			r.Key(fyne.KeyReturn)
		}},
		"proxy": {set: func(f *fake) { f.proxy = "192.168.1.2:3128" }, do: func(r *stage.Rig, _ *fake) {
			r.Press("Go without")
			r.Press("Set a proxy")
			r.Write("proxy 1")
			r.Key(fyne.KeyReturn)
		}},
		"by-proxy": {set: func(f *fake) { f.proxy = "192.168.1.2:3128" }, do: func(r *stage.Rig, _ *fake) { r.Key(fyne.KeyUp) }},
		"checking": {do: func(r *stage.Rig, f *fake) { f.steps, f.block = 4, make(chan struct{}); r.Press("Check") }},
		"checked":  {set: func(f *fake) { f.checks = found(false) }, do: func(r *stage.Rig, _ *fake) { r.Press("Check") }},
		"delete":   {do: func(r *stage.Rig, _ *fake) { r.Press("Delete everything"); r.Write("delete") }},
	} {
		for mode, word := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
			for size, where := range map[fyne.Size]string{wide: "", narrow: "-narrow"} {
				t.Run(name+where+" "+word, func(t *testing.T) {
					f := usual(t)
					if c.set != nil {
						c.set(f)
					}
					stage.Stage{Size: size, Mode: mode, Make: screenOf(f, &heard{})}.Run(t, func(r *stage.Rig) {
						if c.do != nil {
							c.do(r, f)
							r.Settle()
						}
						r.Tidy()
						r.Keep("settings-" + name + where + "-" + word)
					})
				})
			}
		}
	}
}

func toKey(r *stage.Rig, _ *fake) {
	r.Press("Make a new one")
	r.Write(passphrase)
	r.Key(fyne.KeyReturn)
}

// found is what a check finds; sound says whether all is in order.
func found(sound bool) []app.Check {
	all := []app.Check{
		{ID: "keys", OK: true, Count: 2}, {ID: "pages", OK: true, Count: 10_240},
		{ID: "integrity", OK: true}, {ID: "rows", OK: true, Count: 12_804},
		{ID: "records", OK: true, Count: 3}, {ID: "receipts", OK: true, Count: 1}, {ID: "ledger", OK: true, Count: 1284},
	}
	if !sound {
		all[0] = app.Check{ID: "keys", Err: damaged(fault.VaultDamaged)}
		all[1] = app.Check{ID: "pages", Count: 611, Err: damaged(fault.VaultDamaged)}
		all[4] = app.Check{ID: "records", Count: 3, Err: damaged(fault.VaultDamaged)}
		all[5] = app.Check{ID: "receipts", Count: 1, Err: damaged(fault.VaultDamaged)}
		all[6] = app.Check{ID: "ledger", Count: 4, Err: damaged(fault.VaultDamaged)}
	}
	return all
}
