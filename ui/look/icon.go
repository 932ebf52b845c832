package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"coffer/assets"
)

// Icon returns a named icon in the text colour, which follows the theme.
func Icon(name string) fyne.Resource { return IconIn(name, theme.ColorNameForeground) }

// IconIn returns a named icon in a colour of the theme; the colour follows the theme. The
// name "app" is the mark and keeps its own colours. A name that isn't shipped gives the
// help icon: a wrong picture is better than a closed window, and a test walks all names.
func IconIn(name string, tint fyne.ThemeColorName) fyne.Resource {
	raw, err := assets.Icon(name)
	if err != nil {
		name = "help"
		raw, _ = assets.Icon(name)
	}
	res := fyne.NewStaticResource(name+".svg", raw)
	if name == "app" || name == "app-16" {
		return res
	}
	return theme.NewColoredResource(res, tint)
}
