package banks_test

import (
	"context"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/ui/look"

	"fyne.io/fyne/v2"
)

const lastPage = "https://app.northlight.example/back"

// pasted opens a link whose last page the person brings; takes says what the bank's room thinks of it.
func pasted(r *rig, l *linking, takes func(secret.Text) error) {
	openBank(r)
	r.press("Link")
	l.told(app.LinkingProgress{Step: app.InBrowser, Address: address, LastPage: lastPage, Paste: takes})
	r.settle()
}

func TestTheLastPageIsPastedInTheWindow(t *testing.T) {
	f, l := linkable()
	run(t, f, wideSize, func(r *rig) {
		var got []secret.Text
		answer := fault.Because(fault.BadAnswer, "paste.elsewhere", "paste", context.DeadlineExceeded, "need", "last-page", "page", lastPage)
		pasted(r, l, func(address secret.Text) error {
			got = append(got, address)
			return answer
		})
		r.says("In the end your browser comes to "+lastPage, "Paste the whole address of the last page", "Waiting for Northlight Bank")
		r.press("Continue")
		if len(got) != 0 {
			t.Error("an empty field was handed over")
		}
		r.write(" https://elsewhere.example/?code=31c9 ")
		r.silent("31c9")
		r.key(fyne.KeyReturn)
		if len(got) != 1 || !got[0].Equal(secret.New("https://elsewhere.example/?code=31c9")) {
			t.Errorf("handed over %d, or another", len(got))
		}
		r.says("“Address of the last page” can't be used as it stands", "It is the address of another page. The last one begins with "+lastPage, "Paste the whole address of the last page")
		time.Sleep(2 * time.Second) // in the bubble: the rest of the time is rewritten
		r.settle()
		answer = nil
		r.write(lastPage + "?code=31c9") // it has the keyboard again
		r.press("Continue")
		if len(got) != 2 || !got[1].Equal(secret.New(lastPage+"?code=31c9")) {
			t.Errorf("handed over %d, or another", len(got))
		}
		r.silent("can't be used")
		l.told(app.LinkingProgress{Step: app.Opening})
		r.settle()
		r.says("Approved")
		r.silent("Paste the whole address")
		l.end <- outcome{err: fault.New(fault.Offline, "x", context.DeadlineExceeded)}
		r.settle()
	})
}

// TestANoIsPastedInTheWindow: the bank's no comes the way that its yes would, and the terms come back with it.
func TestANoIsPastedInTheWindow(t *testing.T) {
	f, l := linkable()
	run(t, f, wideSize, func(r *rig) {
		var got secret.Text
		pasted(r, l, func(address secret.Text) error {
			got = address
			return nil
		})
		no := lastPage + "?error=access_denied&state=7f2c"
		r.write(no)
		r.press("Continue")
		if !got.Equal(secret.New(no)) {
			t.Error("another address was handed over")
		}
		l.end <- outcome{err: fault.New(fault.ConsentDenied, "wait", context.DeadlineExceeded)}
		r.settle()
		r.says("You said no at the bank", "Try again")
		r.silent("Paste the whole address", "access_denied", "7f2c")
	})
}

func TestPictureOfThePasteField(t *testing.T) {
	for mode, suffix := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
		f, l := linkable()
		runIn(t, f, wideSize, mode, func(r *rig) {
			pasted(r, l, func(secret.Text) error {
				return fault.Because(fault.BadAnswer, "paste.state", "paste", context.DeadlineExceeded, "need", "last-page", "page", lastPage)
			})
			r.write("x")
			r.key(fyne.KeyReturn)
			r.write("https://app.northlight")
			r.keep("paste-" + suffix)
			l.end <- outcome{err: fault.New(fault.Canceled, "x", context.DeadlineExceeded)}
			r.settle()
		})
	}
}
