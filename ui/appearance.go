//go:build !nogui

package ui

import (
	"os"

	"coffer/ui/look"
	"coffer/ui/settings"

	"fyne.io/fyne/v2"
)

// lookKey names the one preference: "light", "dark", or empty for as the system.
const lookKey = "appearance"

// lookVariable is what in the program's surroundings wins over the preference.
const lookVariable = "COFFER_APPEARANCE"

// chosenLook is how the window is to look: as its surroundings say, else as the person chose.
func chosenLook() string {
	if word := os.Getenv(lookVariable); word != "" {
		return word
	}
	return fyne.CurrentApp().Preferences().String(lookKey)
}

// appearance changes the look at once and for the next start. Where the surroundings say it there
// is no choice.
func appearance() settings.Appearance {
	if os.Getenv(lookVariable) != "" {
		return settings.Appearance{}
	}
	return settings.Appearance{Mode: chosenLook, Set: func(mode string) {
		theme, err := look.New(modeOf(mode), 1)
		if err != nil {
			return // the fonts are in the program: they were there at the start
		}
		fyne.CurrentApp().Preferences().SetString(lookKey, mode)
		fyne.CurrentApp().Settings().SetTheme(theme)
	}}
}
