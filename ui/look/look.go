// Package look is the window's theme: colours, sizes, fonts and icons.
package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"coffer/assets"
)

// Mode says which of the two palettes is shown.
type Mode int

// System follows the desktop; Light and Dark force one.
const (
	System Mode = iota
	Light
	Dark
)

// Theme is Coffer's fyne.Theme. It is never changed after New, so that it may be read from
// any goroutine; a new mode or text scale is a new Theme, handed to Settings().SetTheme.
type Theme struct {
	mode  Mode
	scale float32
	fonts fonts
}

var _ fyne.Theme = (*Theme)(nil)

type fonts struct{ regular, bold, mono fyne.Resource }

// New returns the theme. textScale is 1 for the designed size and is held within 0.8 and 2.
// The error means that a font is missing from the build.
func New(mode Mode, textScale float32) (*Theme, error) {
	t := &Theme{mode: mode, scale: max(0.8, min(2, textScale))}
	for _, f := range []struct {
		name string
		into *fyne.Resource
	}{
		{"CofferSans-Regular.otf", &t.fonts.regular},
		{"CofferSans-SemiBold.otf", &t.fonts.bold},
		{"CofferMono-Regular.ttf", &t.fonts.mono},
	} {
		raw, err := assets.Font(f.name)
		if err != nil {
			return nil, err
		}
		*f.into = fyne.NewStaticResource(f.name, raw)
	}
	return t, nil
}

// Mode returns what New was given.
func (t *Theme) Mode() Mode { return t.mode }

// Variant returns the palette that is shown when the desktop asks for system.
func (t *Theme) Variant(system fyne.ThemeVariant) fyne.ThemeVariant {
	switch t.mode {
	case Light:
		return theme.VariantLight
	case Dark:
		return theme.VariantDark
	default:
		return system
	}
}

// Color implements fyne.Theme. A forced mode wins over the asked variant.
func (t *Theme) Color(name fyne.ThemeColorName, asked fyne.ThemeVariant) color.Color {
	pair, ok := palette[name]
	if !ok {
		return theme.DefaultTheme().Color(name, t.Variant(asked))
	}
	if t.Variant(asked) == theme.VariantDark {
		return pair.dark
	}
	return pair.light
}

// Font implements fyne.Theme: two weights and a monospace without ligatures, no italics.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	switch {
	case style.Monospace:
		return t.fonts.mono
	case style.Symbol:
		return theme.DefaultTheme().Font(style)
	case style.Bold:
		return t.fonts.bold
	default:
		return t.fonts.regular
	}
}

// Size implements fyne.Theme. Text sizes grow with the text scale; lines and radii don't.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	if s, ok := textSizes[name]; ok {
		return s * t.scale
	}
	if s, ok := spaceSizes[name]; ok {
		return s
	}
	return theme.DefaultTheme().Size(name)
}

// Icon implements fyne.Theme for the icons stock widgets ask for, with ours where one fits.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	if ours, ok := stockIcons[name]; ok {
		return Icon(ours)
	}
	return theme.DefaultTheme().Icon(name)
}

var stockIcons = map[fyne.ThemeIconName]string{
	theme.IconNameCancel:         "close",
	theme.IconNameConfirm:        "check",
	theme.IconNameDelete:         "trash",
	theme.IconNameSearch:         "search",
	theme.IconNameContentAdd:     "plus",
	theme.IconNameContentRemove:  "minus",
	theme.IconNameContentUndo:    "undo",
	theme.IconNameArrowDropDown:  "chevron-down",
	theme.IconNameInfo:           "info",
	theme.IconNameWarning:        "warning",
	theme.IconNameError:          "warning",
	theme.IconNameQuestion:       "help",
	theme.IconNameVisibility:     "eye",
	theme.IconNameVisibilityOff:  "eye-off",
	theme.IconNameNavigateBack:   "back",
	theme.IconNameNavigateNext:   "chevron-right",
	theme.IconNameMoreHorizontal: "more",
	theme.IconNameSettings:       "settings",
	theme.IconNameViewRefresh:    "refresh",
	theme.IconNameDocument:       "document",
}
