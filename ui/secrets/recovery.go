package secrets

import (
	"slices"
	"strconv"

	"coffer/app"
	"coffer/ui/look"
	"coffer/ui/part"
	"coffer/ui/say"

	"fyne.io/fyne/v2"
)

const (
	groups           = 8
	groupGap float32 = 14
	rowGap   float32 = 12
)

// Shown is the recovery key to be written down, in two rows of four groups.
func Shown(key *app.RecoveryKey) fyne.CanvasObject {
	shown := key.Groups()
	cells := make([]fyne.CanvasObject, groups)
	for i, text := range shown {
		cells[i] = part.NewPanel(look.Surface, look.RadiusControl, part.Pad(10, 12),
			part.NewText(text, part.Style{Role: look.CodeLarge, Mono: true, Align: fyne.TextAlignCenter}))
	}
	return twoRows(cells)
}

func twoRows(cells []fyne.CanvasObject) fyne.CanvasObject {
	return part.Stack(rowGap, part.Columns(groupGap, nil, cells[:4]...), part.Columns(groupGap, nil, cells[4:]...))
}

// TypingSpec says which key is typed back and what follows.
type TypingSpec struct {
	Voice  *say.Voice
	Key    *app.RecoveryKey
	Again  func()                // to see the key again
	Finish func(typed [8]string) // all groups are right and the person goes on
}

// Typing is where the key is typed back, group by group.
type Typing struct {
	spec    TypingSpec
	groups  [groups]*part.CodeGroup
	marks   [groups]part.Mark
	wrong   *part.ErrorLine
	bar     *part.Progress
	count   *part.Text
	carryOn *part.Button
	busy    bool
	content fyne.CanvasObject
}

// NewTyping returns eight empty groups.
func NewTyping(spec TypingSpec) *Typing {
	v := spec.Voice
	t := &Typing{spec: spec, wrong: part.NewErrorLine(""), bar: part.NewProgress(0, groups), count: part.NewCaption("")}
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
	again := part.NewLink(v.T("welcome.show-again", "Show the key again"), look.Body, spec.Again)
	t.tell()
	t.content = part.Stack(0, twoRows(cells), part.Gap(0, 12), t.wrong, part.Gap(0, 14),
		part.Row(20, t.carryOn, again, part.Space(), t.count), part.Gap(0, 12), t.bar)
	return t
}

// Content is the groups, what is wrong with them, and how many are right.
func (t *Typing) Content() fyne.CanvasObject { return t.content }

// Focus gives the first group the keyboard.
func (t *Typing) Focus() { t.focus(0) }

// Failed says why the key was not taken, and lets the person try again; nil only lets them.
func (t *Typing) Failed(err error) {
	t.busy = false
	t.tell()
	t.wrong.Set(t.spec.Voice.Fault(err))
}

// Clear empties the groups, so that the key does not stay on the screen.
func (t *Typing) Clear() {
	for _, g := range t.groups {
		g.Clear()
	}
}

func (t *Typing) judge(i int, text string) {
	if t.spec.Key.MatchGroup(i, text) {
		t.set(i, part.Right)
		t.focus(i + 1)
		return
	}
	t.set(i, part.Wrong)
}

// set marks a group and names the first one that is wrong.
func (t *Typing) set(i int, mark part.Mark) {
	t.marks[i] = mark
	t.groups[i].SetMark(mark)
	t.wrong.Set("")
	if at := slices.Index(t.marks[:], part.Wrong); at >= 0 {
		t.wrong.Set(t.spec.Voice.T("welcome.group-wrong", "Group {{.N}} doesn’t match your key. Look at your paper once more.", "N", strconv.Itoa(at+1)))
	}
	t.tell()
}

func (t *Typing) focus(i int) {
	if i >= 0 && i < groups {
		t.groups[i].Focus()
	}
}

func (t *Typing) done() int {
	n := 0
	for _, mark := range t.marks {
		if mark == part.Right {
			n++
		}
	}
	return n
}

// tell writes how many groups are right, and lets the person go on when all are.
func (t *Typing) tell() {
	n := t.done()
	t.count.Set(t.spec.Voice.T("welcome.right", "{{.N}} of 8 groups right", "N", n))
	t.bar.Set(n, groups)
	if n == groups && !t.busy {
		t.carryOn.Enable()
	} else {
		t.carryOn.Disable()
	}
}

func (t *Typing) finish() {
	var typed [groups]string
	for i, g := range t.groups {
		typed[i] = g.Text()
	}
	t.busy = true
	t.tell()
	t.spec.Finish(typed)
}
