package part

import (
	"fyne.io/fyne/v2"

	"coffer/ui/look"
)

// Style says how a text looks. The zero value is body text in the text colour.
type Style struct {
	Role  fyne.ThemeSizeName
	Tint  fyne.ThemeColorName
	Bold  bool
	Mono  bool
	Align fyne.TextAlign
}

func (s Style) whole() Style {
	if s.Role == "" {
		s.Role = look.Body
	}
	if s.Tint == "" {
		s.Tint = look.Text
	}
	return s
}

// The styles that screens use most.
func styleOf(role fyne.ThemeSizeName, tint fyne.ThemeColorName, bold bool) Style {
	return Style{Role: role, Tint: tint, Bold: bold}
}

// lineHeights are the designed line heights, per text size of one.
func lineHeight(role fyne.ThemeSizeName) float32 {
	switch role {
	case look.Figure:
		return 32
	case look.TitleLarge:
		return 28
	case look.Heading, look.CodeLarge:
		return 24
	case look.Subheading:
		return 20
	case look.Small, look.Code:
		return 17
	case look.Caption:
		return 15
	default:
		return 18
	}
}
