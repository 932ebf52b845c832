package part

import (
	"fyne.io/fyne/v2"

	"coffer/ui/look"
)

// Fact is a label and its value. Value may be anything; Text makes one from words.
type Fact struct {
	Label string
	Text  string
	Tint  fyne.ThemeColorName // of Text; "" = the text colour
	Bold  bool
	Value fyne.CanvasObject // wins over Text
}

// NewFacts returns label and value rows: labels labelWidth wide (0 = 96), values wrap in the
// rest. wide is the width the whole will probably get.
func NewFacts(labelWidth, wide float32, facts ...Fact) *fyne.Container {
	return factRows(factLook{label: labelWidth, wide: wide, role: look.Small, gap: 5}, facts)
}

// NewLargeFacts returns the same in body size, as the gallery of banks uses it.
func NewLargeFacts(labelWidth, wide float32, facts ...Fact) *fyne.Container {
	return factRows(factLook{label: labelWidth, wide: wide, role: look.Body, gap: 9}, facts)
}

type factLook struct {
	label, wide, gap float32
	role             fyne.ThemeSizeName
}

func factRows(l factLook, facts []Fact) *fyne.Container {
	if l.label == 0 {
		l.label = 96
	}
	rows := make([]fyne.CanvasObject, len(facts))
	for i, f := range facts {
		value := f.Value
		if value == nil {
			value = NewPara(f.Text, styleOf(l.role, f.Tint, f.Bold), max(l.wide-l.label-10, 80))
		}
		rows[i] = RowTop(10, Sized(l.label, 0, NewText(f.Label, styleOf(l.role, look.Muted, false)).Cut(l.label)), Rest(value))
	}
	return Stack(l.gap, rows...)
}

// NewNumbers returns rows with the words left and the number right, as under an alert.
func NewNumbers(facts ...Fact) *fyne.Container {
	rows := make([]fyne.CanvasObject, len(facts))
	for i, f := range facts {
		rows[i] = Row(10, Rest(NewText(f.Label, styleOf(look.Body, look.Muted, false)).Cut(60)),
			NewText(f.Text, Style{Tint: f.Tint, Bold: f.Bold, Align: fyne.TextAlignTrailing}))
	}
	return Stack(6, rows...)
}

// NewNotes returns lines with an icon each, as below the recovery key; the words wrap.
func NewNotes(wide float32, notes ...Note) *fyne.Container {
	rows := make([]fyne.CanvasObject, len(notes))
	for i, n := range notes {
		tint := n.Tint
		if tint == "" {
			tint = look.Muted
		}
		rows[i] = RowTop(10, Inset(Edges{1, 0, 0, 0}, NewPicture(n.Icon, tint, 16)),
			Rest(NewPara(n.Text, Style{Tint: tint}, wide-26)))
	}
	return Stack(8, rows...)
}

// Note is a line of NewNotes.
type Note struct {
	Icon string
	Text string
	Tint fyne.ThemeColorName
}

// EmptySpec says what a place shows when it has nothing yet.
type EmptySpec struct {
	Icon  string
	Title string
	Line  string
	Acts  []fyne.CanvasObject
}

// NewEmptyState returns what a place shows when it has nothing: it says what to do next.
func NewEmptyState(spec EmptySpec) *fyne.Container {
	title := NewText(spec.Title, Style{Role: look.TitleLarge, Bold: true, Align: fyne.TextAlignCenter})
	line := NewPara(spec.Line, Style{Tint: look.Muted, Align: fyne.TextAlignCenter}, 420)
	centre := func(o fyne.CanvasObject) fyne.CanvasObject { return Row(0, Space(), o, Space()) }
	body := []fyne.CanvasObject{Space()}
	if spec.Icon != "" {
		body = append(body, centre(NewPicture(spec.Icon, look.Muted, 36)), Gap(1, 12))
	}
	body = append(body, centre(title), Gap(1, 6), centre(Sized(420, 0, line)))
	if len(spec.Acts) > 0 {
		body = append(body, Gap(1, 18), centre(Row(8, spec.Acts...)))
	}
	return Stack(0, append(body, Space())...)
}
