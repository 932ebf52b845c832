package dispute

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
)

// Paper is a letter and what is enclosed with it, in words.
type Paper struct {
	Language          string // "en"
	Made              time.Time
	Sender, Recipient []string
	Date, Subject     string
	Opening           []string // paragraphs before the items
	Items             []Line
	Closing           []string
	Sign              string // the word under which the person signs
	Enclosed          []Section
	Foot              string
	Font              []byte // TrueType, of one width; must outlive the call
}

// Line is a row of a table.
type Line struct{ Day, Text, Amount string }

// Section is a part of what is enclosed.
type Section struct {
	Heading string
	Notes   []string // paragraphs
	Points  []string // a list
	Rows    []Line
	Own     bool // it is for the person, on a page of its own
}

const (
	family  = "letter"
	margin  = 22.0 // mm, of A4
	wide    = 210 - 2*margin
	dayWide = 46.0
	sumWide = 34.0
	lead    = 5.0 // between lines
	size    = 9.0 // points
	faint   = 95  // of 255
)

// Text returns the letter and what is enclosed as plain lines.
func (p Paper) Text() string {
	var b strings.Builder
	line := func(text string) { b.WriteString(strings.TrimRight(text, " ") + "\n") }
	for _, block := range [][]string{p.Sender, p.Recipient, {p.Date}, {p.Subject}} {
		for _, text := range block {
			line(text)
		}
		line("")
	}
	paragraphs := func(all []string) {
		for _, text := range all {
			line(text)
			line("")
		}
	}
	paragraphs(p.Opening)
	writeLines(p.Items, line)
	line("")
	paragraphs(p.Closing)
	line(p.Sign)
	for _, s := range p.Enclosed {
		line("")
		line(s.Heading)
		line("")
		paragraphs(s.Notes)
		for _, point := range s.Points {
			line("- " + point)
		}
		writeLines(s.Rows, line)
	}
	line("")
	line(p.Foot)
	return b.String()
}

func writeLines(rows []Line, line func(string)) {
	day, text := 0, 0
	for _, r := range rows {
		day, text = max(day, utf8.RuneCountInString(r.Day)), max(text, utf8.RuneCountInString(r.Text))
	}
	pad := func(s string, n int) string { return s + strings.Repeat(" ", n-utf8.RuneCountInString(s)) }
	for _, r := range rows {
		line(pad(r.Day, day) + "  " + pad(r.Text, text) + "  " + r.Amount)
	}
}

// PDF writes p on pages of A4. The same p gives the same bytes.
func (p Paper) PDF() ([]byte, error) {
	doc := fpdf.New("P", "mm", "A4", "")
	doc.SetCatalogSort(true)
	doc.SetCreationDate(p.Made.UTC())
	doc.SetModificationDate(p.Made.UTC())
	doc.SetProducer("Coffer", true)
	doc.SetTitle(printable(p.Subject), true)
	doc.SetLang(p.Language)
	doc.SetMargins(margin, margin, margin)
	doc.SetAutoPageBreak(true, margin)
	doc.AddUTF8FontFromBytes(family, "", p.Font)
	doc.SetFooterFunc(func() {
		doc.SetY(-margin + 4)
		doc.SetFont(family, "", 7)
		doc.SetTextColor(faint, faint, faint)
		doc.MultiCell(0, 3.5, printable(p.Foot), "", "L", false)
		doc.SetTextColor(0, 0, 0)
		doc.SetFont(family, "", size)
	})
	s := sheet{doc}
	doc.AddPage()
	s.letter(p)
	if len(p.Enclosed) > 0 {
		doc.AddPage()
	}
	for i, part := range p.Enclosed {
		if part.Own && i > 0 {
			doc.AddPage()
		}
		s.section(part)
	}
	var out bytes.Buffer
	if err := doc.Output(&out); err != nil {
		return nil, fmt.Errorf("write a letter as PDF: %w", err)
	}
	return out.Bytes(), nil
}

// sheet writes on pages.
type sheet struct{ *fpdf.Fpdf }

func (s sheet) letter(p Paper) {
	s.SetFont(family, "", size)
	for _, text := range p.Sender {
		s.MultiCell(0, lead, printable(text), "", "R", false)
	}
	s.Ln(lead)
	for _, text := range append(append([]string{}, p.Recipient...), p.Date) {
		s.MultiCell(0, lead, printable(text), "", "L", false)
	}
	s.Ln(2 * lead)
	s.heading(p.Subject)
	s.paragraphs(p.Opening)
	s.table(p.Items)
	s.paragraphs(p.Closing)
	s.Ln(lead)
	s.MultiCell(0, lead, printable(p.Sign), "", "L", false)
	s.Ln(3 * lead)
	s.CellFormat(70, lead, "", "B", 1, "L", false, 0, "")
}

func (s sheet) heading(text string) {
	s.SetFont(family, "", 12)
	s.MultiCell(0, lead+1, printable(text), "", "L", false)
	s.SetFont(family, "", size)
	s.Ln(lead / 2)
}

func (s sheet) paragraphs(all []string) {
	for _, text := range all {
		s.MultiCell(0, lead, printable(text), "", "L", false)
		s.Ln(lead / 2)
	}
}

func (s sheet) table(rows []Line) {
	for i, r := range rows {
		edge := ""
		if i == 0 {
			edge = "T"
		}
		if i == len(rows)-1 {
			edge += "B"
		}
		s.CellFormat(dayWide, lead+1, printable(r.Day), edge, 0, "L", false, 0, "")
		s.CellFormat(wide-dayWide-sumWide, lead+1, s.fit(printable(r.Text), wide-dayWide-sumWide-2), edge, 0, "L", false, 0, "")
		s.CellFormat(sumWide, lead+1, printable(r.Amount), edge, 1, "R", false, 0, "")
	}
	s.Ln(lead / 2)
}

// fit cuts text so that it stays in its column.
func (s sheet) fit(text string, most float64) string {
	runes := []rune(text)
	for len(runes) > 0 && s.GetStringWidth(string(runes)) > most {
		runes = runes[:len(runes)-1]
	}
	return string(runes)
}

func (s sheet) section(part Section) {
	s.heading(part.Heading)
	s.paragraphs(part.Notes)
	for _, point := range part.Points {
		s.CellFormat(5, lead, "-", "", 0, "L", false, 0, "")
		s.SetLeftMargin(margin + 5)
		s.MultiCell(0, lead, printable(point), "", "L", false)
		s.SetLeftMargin(margin)
		s.SetX(margin)
	}
	if len(part.Points) > 0 {
		s.Ln(lead / 2)
	}
	if len(part.Rows) > 0 {
		s.table(part.Rows)
	}
	s.Ln(lead)
}

// printable is text without what would steer a page; beyond the plane that fonts of one width cover a letter is
// shown as a box.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0' || r == '\u202f':
			return ' '
		case r > 0xffff:
			return '\u25a1'
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
}
