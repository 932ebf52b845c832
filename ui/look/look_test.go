package look_test

import (
	"fmt"
	"image/color"
	"math"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"coffer/ui/look"
)

func made(t *testing.T, mode look.Mode, scale float32) *look.Theme {
	t.Helper()
	th, err := look.New(mode, scale)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// grounds are what text may stand on; a tint's own text stands on the tint too.
func grounds() []fyne.ThemeColorName {
	return []fyne.ThemeColorName{look.Ground, look.Sidebar, look.Surface, look.Hover, look.Selection, look.ButtonFill}
}

func TestTextAndEdgesKeepTheirContrast(t *testing.T) {
	type names = []fyne.ThemeColorName
	text := map[fyne.ThemeColorName]names{
		look.Text:       append(grounds(), look.Pressed, look.AlertHighBg, look.AlertQuietBg, look.GoodBg),
		look.Muted:      append(grounds(), look.AlertQuietBg, look.AlertHighBg, look.InputFill),
		look.Accent:     grounds(),
		look.Good:       append(grounds(), look.GoodBg),
		look.MoneyIn:    grounds(),
		look.MoneyOut:   grounds(),
		look.Pending:    grounds(),
		look.AlertHigh:  append(grounds(), look.AlertHighBg),
		look.AlertQuiet: append(grounds(), look.AlertQuietBg),
		look.OnAccent:   {look.Accent},
		look.Disabled:   {look.Ground, look.Surface},

		theme.ColorNameForegroundOnError:   {look.AlertHigh},
		theme.ColorNameForegroundOnSuccess: {look.Good},
		theme.ColorNameForegroundOnWarning: {look.AlertQuiet},
	}
	edges := map[fyne.ThemeColorName]names{
		look.Edge:       {look.InputFill, look.Ground},
		look.Accent:     {look.ChartFill, look.Ground},
		look.ChartLine:  {look.ChartBand, look.ChartFill},
		look.AlertQuiet: {look.Ground},
	}
	for _, mode := range []look.Mode{look.Light, look.Dark} {
		th := made(t, mode, 1)
		for what, rule := range map[string]struct {
			pairs map[fyne.ThemeColorName]names
			least float64
		}{"text": {text, 4.5}, "edge": {edges, 3}} {
			for ink, on := range rule.pairs {
				for _, ground := range on {
					got := contrast(flat(th, ink), flat(th, ground))
					if got < rule.least {
						t.Errorf("mode %d: %s %s on %s has %.2f, wants %.1f", mode, what, ink, ground, got, rule.least)
					}
				}
			}
		}
	}
}

func TestBlendedColoursStayTranslucent(t *testing.T) {
	for _, mode := range []look.Mode{look.Light, look.Dark} {
		for _, name := range []fyne.ThemeColorName{look.Hover, look.Pressed, theme.ColorNameFocus} {
			if _, _, _, a := made(t, mode, 1).Color(name, 0).RGBA(); a == 0xFFFF || a == 0 {
				t.Errorf("mode %d: %s has alpha %d", mode, name, a)
			}
		}
	}
}

func TestAForcedModeWinsOverTheDesktop(t *testing.T) {
	light := made(t, look.Light, 1).Color(look.Ground, theme.VariantLight)
	dark := made(t, look.Dark, 1).Color(look.Ground, theme.VariantDark)
	for what, c := range map[string]struct {
		mode  look.Mode
		asked fyne.ThemeVariant
		want  color.Color
	}{
		"light stays light":       {look.Light, theme.VariantDark, light},
		"dark stays dark":         {look.Dark, theme.VariantLight, dark},
		"system follows to dark":  {look.System, theme.VariantDark, dark},
		"system follows to light": {look.System, theme.VariantLight, light},
	} {
		if got := made(t, c.mode, 1).Color(look.Ground, c.asked); got != c.want {
			t.Errorf("%s: got %v", what, got)
		}
	}
}

func TestTextGrowsAndLinesDoNot(t *testing.T) {
	one, two := made(t, look.Light, 1), made(t, look.Light, 2)
	for _, role := range []fyne.ThemeSizeName{look.Figure, look.TitleLarge, look.Heading, look.Subheading, look.Body, look.Small, look.Caption, look.Code, look.CodeLarge} {
		if one.Size(role) < 11 || two.Size(role) != 2*one.Size(role) {
			t.Errorf("%s: %v, doubled %v", role, one.Size(role), two.Size(role))
		}
	}
	for _, space := range []fyne.ThemeSizeName{theme.SizeNameSeparatorThickness, theme.SizeNamePadding, theme.SizeNameInputRadius} {
		if one.Size(space) != two.Size(space) {
			t.Errorf("%s grew with the text", space)
		}
	}
	if made(t, look.Light, 9).Size(look.Body) != 26 || made(t, look.Light, 0).Size(look.Body) < 10 {
		t.Error("the text scale isn't held")
	}
}

func TestFontsAreOurs(t *testing.T) {
	th := made(t, look.Light, 1)
	for want, style := range map[string]fyne.TextStyle{
		"CofferSans-Regular.otf":  {Italic: true},
		"CofferSans-SemiBold.otf": {Bold: true},
		"CofferMono-Regular.ttf":  {Monospace: true},
	} {
		if got := th.Font(style).Name(); got != want {
			t.Errorf("%+v is %s, wants %s", style, got, want)
		}
	}
}

func TestAnUnknownIconIsTheHelpIconAndTheMarkKeepsItsColours(t *testing.T) {
	if got := look.Icon("no-such").Name(); !strings.Contains(got, "help") {
		t.Errorf("got %s", got)
	}
	if _, themed := look.Icon("app").(fyne.ThemedResource); themed {
		t.Error("the mark would be recoloured")
	}
	if _, themed := look.IconIn("lock", look.Muted).(fyne.ThemedResource); !themed {
		t.Error("an icon would not be recoloured")
	}
}

// flat is a colour as seen: translucent ones over the window's ground.
func flat(th *look.Theme, name fyne.ThemeColorName) color.NRGBA {
	over, ok := th.Color(name, 0).(color.NRGBA)
	under, _ := th.Color(look.Ground, 0).(color.NRGBA)
	if !ok {
		panic(fmt.Sprintf("%s is not ours", name))
	}
	mix := func(a, b uint8) uint8 {
		f := float64(over.A) / 255
		return uint8(math.Round(float64(a)*f + float64(b)*(1-f)))
	}
	return color.NRGBA{mix(over.R, under.R), mix(over.G, under.G), mix(over.B, under.B), 255}
}

func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func luminance(c color.NRGBA) float64 {
	part := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= .04045 {
			return x / 12.92
		}
		return math.Pow((x+.055)/1.055, 2.4)
	}
	return .2126*part(c.R) + .7152*part(c.G) + .0722*part(c.B)
}
