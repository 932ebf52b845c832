package settings_test

import (
	"errors"
	"slices"
	"testing"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/fault"
	"coffer/ui/look"
	"coffer/ui/say"
	"coffer/ui/stage"

	"fyne.io/fyne/v2"
)

func score(t *testing.T, text string) say.Score {
	t.Helper()
	s, err := say.ReadScore(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const unmeasured = "measured -\nmeasure handbook sparkov\naverage-precision - -\n"

func TestHowMuchIsToldIsChosen(t *testing.T) {
	f, h := usual(t), &heard{score: score(t, unmeasured)}
	play(t, f, h, func(r *stage.Rig) {
		r.Says("Unusual charges", "about 2 a month now", "As usual, about 2 a month", "Counted on the last 90 days", "Only how many", "2 things on it")
		r.Says("How good the alerts are", "Not measured yet", "Average precision", "not measured yet", "Synthetic")
		r.Press("As usual, about 2 a month")
		r.Choose("More, about 4 a month")
		r.Settle()
		if f.now != alert.Keen {
			t.Errorf("the sensitivity is %d", f.now)
		}
		r.Press("Only how many")
		r.Choose("Nothing")
		r.Settle()
		if f.notice != app.NoticeNone {
			t.Errorf("the desktop is told %q", f.notice)
		}
		f.err = fault.New(fault.DiskFull, "save", errors.New("x"))
		r.Press("Nothing")
		r.Choose("Payee and amount, too")
		r.Settle()
		r.Says("The disk is full.", "Nothing")
		r.Press("Open")
		if h.watchlist != 1 {
			t.Errorf("the watchlist was opened %d times", h.watchlist)
		}
	})
	if want := []string{"sensitivity 2", "notice none", "notice more"}; !slices.Equal(f.asked, want) {
		t.Errorf("asked %q", f.asked)
	}
}

func TestWithoutATableNoneIsPromised(t *testing.T) {
	play(t, usual(t), &heard{}, func(r *stage.Rig) { r.Silent("How good the alerts are", "Synthetic") })
}

func TestPicturesOfAlertsAndTheirScore(t *testing.T) {
	const measured = "measured 2026-11-27\nmeasure handbook sparkov\nroc-auc 0.991 0.985\naverage-precision 0.83 0.82\nfalse-alerts-shipped 0.09 0.11\nfeedback-fewer-false -27% -31%\n"
	for mode, word := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
		for name, text := range map[string]string{"unmeasured": unmeasured, "measured": measured} {
			for size, where := range map[fyne.Size]string{fyne.NewSize(1080, 2000): "", fyne.NewSize(748, 2000): "-narrow"} {
				t.Run(name+"-"+word+where, func(t *testing.T) {
					stage.Stage{Size: size, Mode: mode, Make: screenOf(usual(t), &heard{score: score(t, text)})}.Run(t, func(r *stage.Rig) {
						r.Tidy()
						r.Keep("settings-score-" + name + "-" + word + where)
					})
				})
			}
		}
	}
}
