package app_test

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/secret"
)

// spokenOf is a vault whose alerts were answered in every way, one of them of two merchants, with an entry of each kind on the watchlist.
func spokenOf(t *testing.T) *rig {
	t.Helper()
	r := fresh(t)
	r.start(t, &ring{kept: map[string]string{}}, "")
	must(t, r.unlock())
	r.imports(t, "all.ofx", wide("1111", append(habits(8), "20261017|-2890.00|two1|Alfa Tech", "20261017|-9410.00|two2|Gem House")...))
	ctx, today := t.Context(), r.coffer.Today()
	for _, e := range []alert.WatchEntry{
		alert.WatchedMerchant{Shown: "Figtree"}, alert.WatchedMerchant{Shown: "Kiosk", Blocked: true}, alert.Trip{From: today - 9, To: today, Countries: []string{"FR", "IT"}},
		alert.ExpectedRefund{Shown: "Voltbay", Minor: 99000, Currency: "USD"}, alert.CancelledSeries{Shown: "Stream Box"}, alert.KnownPayee{Shown: "Ann"},
		alert.Floor{Account: value(r.coffer.Accounts(ctx))(t)[0].ID, Minor: 50000, Currency: "USD"},
	} {
		value(r.coffer.Watch(ctx, e))(t)
	}
	must(t, r.coffer.SetSensitivity(ctx, alert.Keen))
	said := []alert.Answer{alert.NotMine, alert.Later, alert.Mine}
	for i, v := range value(r.coffer.Alerts(ctx))(t) {
		answer := said[i%len(said)]
		if len(v.About) > 1 && v.About[0].Payee != v.About[1].Payee {
			answer = alert.Mine
		}
		value(r.coffer.Answer(ctx, v.ID, answer))(t)
	}
	return r
}

// said is all that the person said, as it is kept.
type said struct {
	Feedback    []alert.Feedback
	Watch       alert.Watchlist
	Answers     []alert.Alert
	Sensitivity alert.Sensitivity
}

func (r *rig) said(t *testing.T) (s said) {
	t.Helper()
	ctx := t.Context()
	s.Feedback, s.Watch = value(r.store.Feedback(ctx))(t), value(r.coffer.Watchlist(ctx))(t)
	for _, v := range value(r.coffer.Answers(ctx, 0, 100))(t).Alerts {
		s.Answers = append(s.Answers, v.Alert)
	}
	s.Sensitivity = value(r.coffer.Sensitivity(ctx))(t)
	return s
}

// TestWhatThePersonSaidComesBack brings answers, the watchlist and the sensitivity through an export and through a backup. They mean then what they
// meant, down to what an answer binds to beside its newest row, and can be taken back.
func TestWhatThePersonSaidComesBack(t *testing.T) {
	for name, bringBack := range map[string]func(t *testing.T, r *rig){
		"an export": func(t *testing.T, r *rig) {
			path := filepath.Join(t.TempDir(), "all.json")
			must(t, r.coffer.ExportEverything(t.Context(), app.Exporting{Path: path, Current: secret.New(passphrase)}))
			must(t, r.coffer.Lock())
			r.coffer = r.beside(t)
			value(r.coffer.SetUpFrom(t.Context(), app.Bringing{Locking: app.Locking{Passphrase: secret.New(passphrase), After: app.DefaultLockAfter}, Path: path}))(t)
			r.key = secret.Text{}
		},
		"a backup": func(t *testing.T, r *rig) {
			made := value(r.coffer.BackUp(t.Context()))(t)
			value(r.coffer.Unwatch(t.Context(), r.said(t).Watch.Trips[0].ID))(t)
			value(r.coffer.Restore(t.Context(), app.Restoring{Path: made.Path, Secret: r.key, Recovery: true}))(t)
			must(t, r.unlock())
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := spokenOf(t)
			want, thought := r.said(t), r.thought(t)
			two := slices.ContainsFunc(want.Feedback, func(f alert.Feedback) bool { return f.Answer == alert.Mine && len(f.Others) > 0 })
			if !two || len(want.Watch.Entries()) < 8 || len(want.Answers) < 3 {
				t.Fatalf("the person said %+v", want)
			}
			bringBack(t, r)
			if got := r.said(t); !reflect.DeepEqual(got, want) {
				t.Errorf("the person said\n%+v\nwant\n%+v", got, want)
			}
			sameThought(t, r.thought(t), thought)
			wantRebuilt(t, r)
			for _, a := range want.Answers {
				a.Answer = alert.Unanswered
				must(t, r.coffer.Unanswer(t.Context(), a))
			}
			if left := r.said(t); len(left.Feedback) > 0 || slices.ContainsFunc(left.Watch.Merchants, func(m alert.WatchedMerchant) bool { return strings.HasPrefix(m.ID, "not-mine") }) {
				t.Errorf("taken back, there is %+v", left)
			}
		})
	}
}
