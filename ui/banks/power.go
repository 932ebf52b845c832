package banks

import (
	"slices"
	"strings"

	"coffer/app"
	"coffer/app/provider"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// power says right above the field what the thing that goes into it could do beside reading.
func (s *Screen) power(p app.Provider) []fyne.CanvasObject {
	secret := slices.ContainsFunc(p.File.Needs, func(n provider.Need) bool { return n.Typed() && n.Secret() })
	if p.File.CanMore == "" || !secret || len(p.Lacks) > 0 {
		return nil
	}
	words := s.voice.T("banks.power", "Before you paste it: this could do more than read. {{.More}}.", "More", strings.TrimSuffix(p.File.CanMore, "."))
	return []fyne.CanvasObject{part.RowTop(8, part.NewPicture("warning", look.AlertQuiet, 16), part.Rest(part.NewPara(words, part.Style{Role: look.Small, Tint: look.AlertQuiet}, detailWide-24)))}
}
