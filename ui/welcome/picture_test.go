package welcome_test

import (
	"strings"
	"testing"

	"coffer/ui/look"

	"fyne.io/fyne/v2"
)

// TestPictures draws every step in both modes. COFFER_GALLERY keeps the pictures.
func TestPictures(t *testing.T) {
	f := newFake(t)
	for mode, word := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
		for size, where := range map[fyne.Size]string{wide: "", narrow: "-narrow"} {
			t.Run(word+where, func(t *testing.T) {
				stage{size: size, mode: mode, make: screenOf(f, &heard{}, false)}.run(t, func(r *rig) {
					keep := func(step string) {
						r.tidy()
						r.keep("welcome-" + step + "-" + word + where)
					}
					r.write("lamp")
					keep("1short")
					r.press("This computer’s keyring alone, without a passphrase")
					keep("1keyring")
					r.press("The passphrase, and this computer’s keyring once after each sign-in")
					r.press("Stay unlocked in the tray, lock with the screen, so that alerts keep coming")
					keep("1both")
					r.press("The passphrase")
					r.write(passphrase[4:])
					r.key(fyne.KeyReturn)
					r.write("something else")
					r.key(fyne.KeyReturn)
					keep("1differ")
					r.write(passphrase)
					r.key(fyne.KeyReturn)
					keep("2key")
					r.press("I wrote it on paper")
					groups := f.key.Groups()
					r.write(strings.Join(groups[:4], "") + "UUUU")
					keep("3back")
					r.key(fyne.KeyBackspace, fyne.KeyBackspace, fyne.KeyBackspace, fyne.KeyBackspace)
					r.write(strings.Join(groups[4:], ""))
					r.press("Continue")
					keep("4start")
				})
			})
		}
	}
}
