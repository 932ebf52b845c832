// Package secrets is how a passphrase is judged in words, and how a recovery key is shown and
// typed back. The welcome and the settings share it.
package secrets

import (
	"coffer/app"
	"coffer/app/secret"
	"coffer/ui/look"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
)

// Strength says how hard a passphrase is to guess. The tint goes with the words and says nothing
// alone: what is still too short is no mistake yet.
func Strength(v *say.Voice, typed secret.Text) (words string, tint fyne.ThemeColorName) {
	if typed.Empty() {
		return v.T("strength.hint", "At least 10 characters. Four words or more are best."), look.Muted
	}
	switch app.Judge(typed) {
	case app.TooShort:
		return v.T("strength.short", "Too short: at least 10 characters"), look.Muted
	case app.TooEasy:
		return v.T("strength.easy", "Too easy to guess: a run of keys, or one piece repeated"), look.AlertQuiet
	case app.Fair:
		return v.T("strength.fair", "Fair. One more word makes it good"), look.AlertQuiet
	case app.Good:
		return v.T("strength.good", "Good"), look.Good
	}
	return v.T("strength.strong", "Strong"), look.Good
}

// Note is a line with an icon, as under the recovery key.
func Note(icon, text string) fyne.CanvasObject {
	return part.Inset(part.Edges{Bottom: 8}, part.Row(14, part.NewPicture(icon, look.Muted, 16), part.NewText(text, part.Style{Tint: look.Muted})))
}
