package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Colours of the theme, by what they are for. Those that Fyne names keep Fyne's name, so
// that stock widgets wear them too.
const (
	Ground     = theme.ColorNameBackground
	Sidebar    = theme.ColorNameMenuBackground
	Surface    = theme.ColorNameOverlayBackground
	Separator  = theme.ColorNameSeparator
	Text       = theme.ColorNameForeground
	Muted      = theme.ColorNamePlaceHolder
	Disabled   = theme.ColorNameDisabled
	Accent     = theme.ColorNamePrimary
	OnAccent   = theme.ColorNameForegroundOnPrimary
	ButtonFill = theme.ColorNameButton
	Hover      = theme.ColorNameHover
	Pressed    = theme.ColorNamePressed
	Selection  = theme.ColorNameSelection
	InputFill  = theme.ColorNameInputBackground
	Edge       = theme.ColorNameInputBorder
	Good       = theme.ColorNameSuccess
	AlertHigh  = theme.ColorNameError
	AlertQuiet = theme.ColorNameWarning

	MoneyIn      fyne.ThemeColorName = "coffer.moneyIn"
	MoneyOut     fyne.ThemeColorName = "coffer.moneyOut"
	Pending      fyne.ThemeColorName = "coffer.pending"
	AlertHighBg  fyne.ThemeColorName = "coffer.alertHighBg"
	AlertQuietBg fyne.ThemeColorName = "coffer.alertQuietBg"
	GoodBg       fyne.ThemeColorName = "coffer.goodBg"
	ChartLine    fyne.ThemeColorName = "coffer.chartLine"
	ChartFill    fyne.ThemeColorName = "coffer.chartFill"
	ChartBand    fyne.ThemeColorName = "coffer.chartBand"
	ChartBar     fyne.ThemeColorName = "coffer.chartBar"
	ChartCharge  fyne.ThemeColorName = "coffer.chartCharge"
	ChartGrid    fyne.ThemeColorName = "coffer.chartGrid"
	ChartIn      fyne.ThemeColorName = "coffer.chartIn"
	ChartOut     fyne.ThemeColorName = "coffer.chartOut"
	Clear        fyne.ThemeColorName = "coffer.clear"
)

// Color returns a colour of the theme that is on now. Call it on the UI goroutine.
func Color(name fyne.ThemeColorName) color.Color { return theme.Color(name) }

type pair struct{ light, dark color.NRGBA }

// both packs 0xRRGGBBAA values.
func both(light, dark uint32) pair { return pair{nrgba(light), nrgba(dark)} }

func nrgba(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 24), G: uint8(v >> 16), B: uint8(v >> 8), A: uint8(v)}
}

// palette is both palettes. Hover, Pressed and the focus colour stay translucent: Fyne's
// own button blends them over its fill, so an opaque one would make a hovered main button
// unreadable.
var palette = map[fyne.ThemeColorName]pair{
	Ground:                             both(0xFAFAF7FF, 0x17191BFF),
	theme.ColorNameHeaderBackground:    both(0xFAFAF7FF, 0x17191BFF),
	Sidebar:                            both(0xF0F0ECFF, 0x111314FF),
	Surface:                            both(0xFFFFFFFF, 0x1E2123FF),
	Separator:                          both(0xE3E2DCFF, 0x2E3235FF),
	Text:                               both(0x1B2023FF, 0xE6E6E2FF),
	Muted:                              both(0x5E6468FF, 0xA1A6AAFF),
	Disabled:                           both(0x6E7377FF, 0x8E9498FF),
	Accent:                             both(0x1B5E7DFF, 0x7DBFDBFF),
	theme.ColorNameHyperlink:           both(0x1B5E7DFF, 0x7DBFDBFF),
	OnAccent:                           both(0xFFFFFFFF, 0x0B2632FF),
	theme.ColorNameForegroundOnError:   both(0xFFFFFFFF, 0x17191BFF),
	theme.ColorNameForegroundOnSuccess: both(0xFFFFFFFF, 0x17191BFF),
	theme.ColorNameForegroundOnWarning: both(0xFFFFFFFF, 0x17191BFF),
	ButtonFill:                         both(0xECECE7FF, 0x2A2E31FF),
	theme.ColorNameDisabledButton:      both(0xECECE7FF, 0x2A2E31FF),
	Hover:                              both(0x1B20230B, 0xE6E6E210),
	Pressed:                            both(0x1B202319, 0xE6E6E21A),
	theme.ColorNameFocus:               both(0x1B5E7D2A, 0x7DBFDB2A),
	Selection:                          both(0xDCEAF1FF, 0x1F3C49FF),
	InputFill:                          both(0xFFFFFFFF, 0x131516FF),
	Edge:                               both(0x8B8D8AFF, 0x6C7276FF),
	Good:                               both(0x1B6B41FF, 0x7FC79CFF),
	MoneyIn:                            both(0x1B6B41FF, 0x7FC79CFF),
	MoneyOut:                           both(0x7A3A33FF, 0xDDB0A8FF),
	AlertHigh:                          both(0xAE2A20FF, 0xF29A90FF),
	AlertQuiet:                         both(0x805300FF, 0xE0B25FFF),
	Pending:                            both(0x67645AFF, 0xA9A59AFF),
	AlertHighBg:                        both(0xFBEBE8FF, 0x3A2320FF),
	AlertQuietBg:                       both(0xF9F0DCFF, 0x332A17FF),
	GoodBg:                             both(0xE4F1E8FF, 0x1B3024FF),
	ChartLine:                          both(0x1B5E7DFF, 0x7DBFDBFF),
	ChartFill:                          both(0xE9F1F5FF, 0x1F3038FF),
	ChartBand:                          both(0xD3E4ECFF, 0x22414FFF),
	ChartBar:                           both(0xB9C9D0FF, 0x42525AFF),
	ChartCharge:                        both(0x729CAFFF, 0x5A8598FF),
	ChartGrid:                          both(0xE9E8E3FF, 0x282C2FFF),
	ChartIn:                            both(0x86B99BFF, 0x3E7A59FF),
	ChartOut:                           both(0xC9A6A0FF, 0x7A5650FF),
	theme.ColorNameScrollBar:           both(0x1B202340, 0xE6E6E240),
	theme.ColorNameScrollBarBackground: both(0x00000000, 0x00000000),
	theme.ColorNameShadow:              both(0x1B202300, 0xE6E6E200),
	Clear:                              both(0x00000000, 0x00000000),
}
