package banks

import (
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// drawDetail says what the choice means before anything is sent.
func (s *Screen) drawDetail() {
	g := s.gallery
	var objects []fyne.CanvasObject
	switch p, ok := g.provider(); {
	case ok && s.attempt != nil && s.attempt.asking != nil:
		objects = s.questions(p, s.attempt.asking)
	case ok && s.attempt != nil && s.attempt.choosing != nil:
		objects = s.accountChoice(p, s.attempt.choosing)
	case ok:
		objects = s.disclosure(p)
	case g.brokenFile() != nil:
		objects = s.brokenDetail(*g.brokenFile())
	case len(g.providers) == 0:
		objects = append(s.noBanks(), s.fileFacts()...)
	default:
		objects = s.byFile()
	}
	g.detail.Objects = []fyne.CanvasObject{part.Stack(0, append(objects, part.Gap(0, 24))...)}
	g.detail.Refresh()
	follow(g.about)
	g.about.ScrollToTop()
	s.drawBar()
}

func (s *Screen) noBanks() []fyne.CanvasObject {
	v := s.voice
	return []fyne.CanvasObject{
		part.NewText(v.T("banks.none", "No bank can be linked yet"), part.Style{Role: look.Heading, Bold: true}), part.Gap(0, 4),
		part.NewPara(v.T("banks.none-line", "This version has no bank that lets this computer in directly. Statement files work today, from every bank that offers them. The demo shows how a link looks, with an invented bank: choose “Try the demo” while the vault is empty, or start coffer --demo."),
			part.Style{Tint: look.Muted}, detailWide), part.Gap(0, 20),
	}
}

func (s *Screen) byFile() []fyne.CanvasObject {
	v := s.voice
	return append([]fyne.CanvasObject{
		part.NewText(v.T("banks.by-file", "Import a statement file"), part.Style{Role: look.Heading, Bold: true}), part.Gap(0, 4),
		part.NewPara(v.T("banks.by-file-what", "You download a file at your bank’s own page and open it here. Coffer connects to nobody."), part.Style{Tint: look.Muted}, detailWide), part.Gap(0, 20),
	}, s.fileFacts()...)
}

func (s *Screen) fileFacts() []fyne.CanvasObject {
	v := s.voice
	return []fyne.CanvasObject{
		part.NewSection(v.T("banks.path", "Who sees your data on the way")), part.Gap(0, 8),
		part.NewCard(part.Gap(0, 8), part.NewPathDiagram([]string{v.T("banks.file-flow", "a file you save")},
			part.Hop{Icon: "banks", Name: v.T("banks.your-bank", "Your bank"), Sees: v.T("banks.file-bank-sees", "Sees that you downloaded it")},
			part.Hop{Icon: "computer", Name: v.T("banks.here", "This computer"), Sees: v.T("banks.here-sees", "Keeps everything sealed. No server of ours exists"), Here: true})),
		part.Gap(0, 20),
		part.NewLargeFacts(labelWide, detailWide,
			part.Fact{Label: v.T("banks.need", "What you need"), Text: v.T("banks.need-file", "An OFX or QFX file, sometimes called “Quicken” or “Money” at the bank")},
			part.Fact{Label: v.T("banks.back", "How you take it back"), Text: v.T("banks.back-file", "Undo takes an import back")}),
	}
}

// lengths returns the usual lengths below most, the one that is on, and most.
func lengths(most, on int, usual ...int) []int {
	var all []int
	for _, n := range usual {
		if n < most {
			all = append(all, n)
		}
	}
	at := len(all)
	for i, n := range all {
		if on == n || on >= most {
			at = -1
			break
		}
		if on < n {
			at = i
			break
		}
	}
	if at >= 0 && on < most {
		all = append(all[:at], append([]int{on}, all[at:]...)...)
	}
	return append(all, most)
}

// choice is a chip for each length; the one that is all says so.
func (s *Screen) choice(on int, lengths []int, all int, set func(int)) fyne.CanvasObject {
	chips, objects := make([]*part.Chip, len(lengths)), make([]fyne.CanvasObject, len(lengths))
	texts := make([]string, len(lengths))
	for i, n := range lengths {
		texts[i] = s.days(n)
		if n == all {
			texts[i] = s.voice.T("banks.all", "All it gives, {{.Long}}", "Long", texts[i])
		}
		chips[i] = part.NewChip(part.ChipSpec{Text: texts[i], On: n == on, OnTap: func() {
			if s.attempt != nil {
				return
			}
			set(n)
			for j, c := range chips {
				c.Set(texts[j], j == i)
			}
		}})
		objects[i] = chips[i]
	}
	return part.Row(6, objects...)
}
