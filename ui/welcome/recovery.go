package welcome

import (
	"context"
	"slices"
	"strconv"

	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

const (
	groups           = 8
	groupGap float32 = 14
	rowGap   float32 = 12
)

// keyPage shows the recovery key, the one time.
func (s *Screen) keyPage() fyne.CanvasObject {
	v := s.voice
	shown := s.key.Groups()
	cells := make([]fyne.CanvasObject, groups)
	for i, text := range shown {
		cells[i] = part.NewPanel(look.Surface, look.RadiusControl, part.Pad(10, 12),
			part.NewText(text, part.Style{Role: look.CodeLarge, Mono: true, Align: fyne.TextAlignCenter}))
	}
	s.focus = nil
	next := part.NewButton(part.ButtonSpec{Text: v.T("welcome.on-paper", "I wrote it on paper"), Rank: part.Main, OnTap: func() { s.turn(stepTypeBack, s.typeBackPage()) }})
	return sheet(
		s.head(v.T("welcome.key-title", "Write down the recovery key"), v.T("welcome.key-why", "If you forget the passphrase, this key opens the vault. Nobody else has a copy, so nobody else can help.")),
		part.Gap(0, 24), four(cells[:4]), part.Gap(0, rowGap), four(cells[4:]), part.Gap(0, 24),
		part.Row(0, next, part.Space()), part.Gap(0, 28), part.NewRule(), part.Gap(0, 16),
		s.note("document", v.T("welcome.note-paper", "Keep the paper where you keep your passport, not in a photo.")),
		s.note("keyboard", v.T("welcome.note-next", "On the next page you type it back.")),
	)
}

func four(cells []fyne.CanvasObject) fyne.CanvasObject {
	return part.Columns(groupGap, nil, cells...)
}

// typing is the page on which the key is typed back, group by group.
type typing struct {
	s        *Screen
	groups   [groups]*part.CodeGroup
	marks    [groups]part.Mark
	wrong    *part.ErrorLine
	bar      *part.Progress
	count    *part.Text
	carryOn  *part.Button
	finished bool
}

func (s *Screen) typeBackPage() fyne.CanvasObject {
	v := s.voice
	t := &typing{s: s, wrong: part.NewErrorLine(""), bar: part.NewProgress(0, groups), count: part.NewCaption("")}
	cells := make([]fyne.CanvasObject, groups)
	for i := range t.groups {
		t.groups[i] = part.NewCodeGroup(part.CodeSpec{
			Label:  v.T("welcome.group", "Group {{.N}}", "N", strconv.Itoa(i+1)),
			OnFull: func(text string) { t.judge(i, text) },
			OnLess: func() { t.set(i, part.Unjudged) },
			OnBack: func() { t.focus(i - 1) },
		})
		cells[i] = t.groups[i]
	}
	t.carryOn = part.NewButton(part.ButtonSpec{Text: v.T("welcome.continue", "Continue"), Rank: part.Main, OnTap: t.finish})
	t.carryOn.Disable()
	again := part.NewLink(v.T("welcome.show-again", "Show the key again"), look.Body, func() { s.turn(stepKey, s.keyPage()) })
	s.focus = func() { t.focus(0) }
	t.tell()
	return sheet(
		s.head(v.T("welcome.back-title", "Type your recovery key back"), v.T("welcome.back-why", "If you forget the passphrase and this computer breaks, a backup and this key bring everything back. Nobody else has a copy, so nobody else can help.")),
		part.Gap(0, 24), four(cells[:4]), part.Gap(0, rowGap), four(cells[4:]), part.Gap(0, 12), t.wrong, part.Gap(0, 14),
		part.Row(20, t.carryOn, again, part.Space(), t.count), part.Gap(0, 12), t.bar,
		part.Gap(0, 28), part.NewRule(), part.Gap(0, 16),
		s.note("document", v.T("welcome.note-paper", "Keep the paper where you keep your passport, not in a photo.")),
		s.note("key", v.T("welcome.note-letters", "Capitals don’t matter. O counts as 0, and I and L count as 1.")),
		s.note("keyboard", v.T("welcome.note-typing", "The cursor moves to the next group by itself. Pasting is off here on purpose.")),
	)
}

func (t *typing) judge(i int, text string) {
	if t.s.key.MatchGroup(i, text) {
		t.set(i, part.Right)
		t.focus(i + 1)
		return
	}
	t.set(i, part.Wrong)
}

// set marks a group and names the first one that is wrong.
func (t *typing) set(i int, mark part.Mark) {
	t.marks[i] = mark
	t.groups[i].SetMark(mark)
	t.wrong.Set("")
	if at := slices.Index(t.marks[:], part.Wrong); at >= 0 {
		t.wrong.Set(t.s.voice.T("welcome.group-wrong", "Group {{.N}} doesn’t match your key. Look at your paper once more.", "N", strconv.Itoa(at+1)))
	}
	t.tell()
}

func (t *typing) focus(i int) {
	if i >= 0 && i < groups {
		t.groups[i].Focus()
	}
}

func (t *typing) done() int {
	n := 0
	for _, mark := range t.marks {
		if mark == part.Right {
			n++
		}
	}
	return n
}

// tell writes how many groups are right, and lets the person go on when all are.
func (t *typing) tell() {
	n := t.done()
	t.count.Set(t.s.voice.T("welcome.right", "{{.N}} of 8 groups right", "N", n))
	t.bar.Set(n, groups)
	if n == groups && !t.finished {
		t.carryOn.Enable()
	} else {
		t.carryOn.Disable()
	}
}

// finish ends the set-up and empties the groups, so that the key does not stay on the screen.
func (t *typing) finish() {
	var typed [groups]string
	for i, g := range t.groups {
		typed[i] = g.Text()
	}
	t.finished = true
	t.tell()
	t.s.desk.Do(t.s.ctx, func(ctx context.Context) error { return t.s.coffer.ConfirmRecovery(ctx, t.s.key, typed) }, func(err error) {
		t.finished = false
		t.tell()
		if err != nil {
			t.wrong.Set(t.s.voice.Fault(err))
			return
		}
		for _, g := range t.groups {
			g.Clear()
		}
		t.s.key = nil
		t.s.turn(stepStart, t.s.startPage())
	})
}

// startPage offers the ways to begin.
func (s *Screen) startPage() fyne.CanvasObject {
	v := s.voice
	s.focus = nil
	wrong := part.NewErrorLine("")
	choices := []part.Choice{
		{Icon: "link", Title: v.T("start.link", "Link a bank"), Line: v.T("start.link-line", "You see who is in the path before anything is sent"),
			Act: part.NewButton(part.ButtonSpec{Text: v.T("start.choose", "Choose"), Rank: part.Main, OnTap: s.do.AddBank})},
		{Icon: "import", Title: v.T("start.import", "Import a statement"), Line: v.T("start.import-line", "An OFX or QFX file from your bank"),
			Act: part.NewButton(part.ButtonSpec{Text: v.T("start.file", "Choose file"), OnTap: s.do.Import})},
	}
	if s.do.Demo != nil {
		choices = append(choices, part.Choice{Icon: "computer", Title: v.T("start.demo", "Try the demo"), Line: v.T("start.demo-line", "An invented bank, 3 years, a vault of its own"),
			Act: part.NewButton(part.ButtonSpec{Text: v.T("start.open-demo", "Open demo"), OnTap: func() {
				if err := s.do.Demo(); err != nil {
					wrong.Set(v.Fault(err))
				}
			}})})
	}
	look := part.NewLink(v.T("start.look", "Look around first"), look.Body, s.do.Done)
	return sheet(
		s.head(v.T("start.title", "Your vault is ready and sealed"), v.T("start.why", "Choose where the first numbers come from.")),
		part.Gap(0, 22), part.NewChoices(rightWide, choices...), part.Gap(0, 14), container.NewHBox(look), wrong,
	)
}
