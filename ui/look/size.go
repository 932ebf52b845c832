package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Text sizes by role. Nothing is drawn below Caption.
const (
	Figure     fyne.ThemeSizeName = "coffer.figure"
	TitleLarge fyne.ThemeSizeName = "coffer.titleLarge"
	Heading    fyne.ThemeSizeName = theme.SizeNameHeadingText
	Subheading fyne.ThemeSizeName = theme.SizeNameSubHeadingText
	Body       fyne.ThemeSizeName = theme.SizeNameText
	Small      fyne.ThemeSizeName = "coffer.small"
	Caption    fyne.ThemeSizeName = theme.SizeNameCaptionText
	Code       fyne.ThemeSizeName = "coffer.code"
	CodeLarge  fyne.ThemeSizeName = "coffer.codeLarge"
)

var textSizes = map[fyne.ThemeSizeName]float32{
	Figure: 26, TitleLarge: 22, Heading: 18, Subheading: 15, Body: 13, Small: 12, Caption: 11,
	Code: 11, CodeLarge: 17,
}

// Radii that the parts share.
const (
	RadiusControl float32 = 6
	RadiusCard    float32 = 8
	RadiusPaper   float32 = 4
	RadiusNode    float32 = 10
	RadiusBar     float32 = 3
)

// Ring is the width of the focus ring.
const Ring float32 = 2

var spaceSizes = map[fyne.ThemeSizeName]float32{
	theme.SizeNamePadding:            4,
	theme.SizeNameInnerPadding:       7,
	theme.SizeNameInlineIcon:         18,
	theme.SizeNameSeparatorThickness: 1,
	theme.SizeNameInputBorder:        1,
	theme.SizeNameInputRadius:        RadiusControl,
	theme.SizeNameSelectionRadius:    RadiusControl,
	theme.SizeNameScrollBar:          10,
	theme.SizeNameScrollBarSmall:     3,
	theme.SizeNameScrollBarRadius:    RadiusBar,
	theme.SizeNameLineSpacing:        3,
}
