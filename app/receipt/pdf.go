package receipt

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
)

// Page is the words of a PDF, as the person reads them.
type Page struct {
	Title, Sub string
	Parts      []Part
	Language   string // "en"
	Font       []byte // TrueType, of one width; must outlive the call
}

// Part is a heading with its lines: a label and a text, or a text that belongs to the line before. A note
// stands below them.
type Part struct {
	Heading string
	Lines   [][2]string
	Note    string
}

const (
	family = "receipt"
	margin = 20.0 // mm, of A4
	column = 42.0 // of the labels
	step   = 5.2  // between lines
	faint  = 95   // of 255: labels, and what belongs to the line before
)

// PDF writes f as a page that holds f.JSON as an attachment. The same f and page give the same bytes.
func PDF(f File, p Page) ([]byte, error) {
	inner, err := f.JSON()
	if err != nil {
		return nil, fmt.Errorf("write a receipt: %w", err)
	}
	doc := fpdf.New("P", "mm", "A4", "")
	doc.SetCatalogSort(true)
	doc.SetCreationDate(f.Receipt.Ended.UTC())
	doc.SetModificationDate(f.Receipt.Ended.UTC())
	doc.SetProducer("Coffer", true)
	doc.SetTitle(printable(p.Title), true)
	doc.SetLang(p.Language)
	doc.SetMargins(margin, margin, margin)
	doc.SetAutoPageBreak(true, margin)
	doc.AddUTF8FontFromBytes(family, "", p.Font)
	doc.SetAttachments([]fpdf.Attachment{{Content: inner, Filename: "receipt.json"}})
	doc.AddPage()
	doc.SetFont(family, "", 16)
	doc.MultiCell(0, 9, printable(p.Title), "", "L", false)
	doc.SetFont(family, "", 10)
	doc.MultiCell(0, step, printable(p.Sub), "", "L", false)
	for _, part := range p.Parts {
		doc.Ln(step)
		doc.SetFont(family, "", 11)
		doc.MultiCell(0, step+1, printable(part.Heading), "B", "L", false)
		doc.Ln(1.5)
		doc.SetFont(family, "", 8.5)
		for _, l := range part.Lines {
			doc.SetTextColor(faint, faint, faint)
			doc.CellFormat(column, step, printable(l[0]), "", 0, "L", false, 0, "")
			if l[0] != "" {
				doc.SetTextColor(0, 0, 0)
			}
			doc.SetLeftMargin(margin + column) // a text of several lines stays in its column
			doc.MultiCell(0, step, printable(l[1]), "", "L", false)
			doc.SetLeftMargin(margin)
			doc.SetX(margin)
		}
		doc.SetTextColor(0, 0, 0)
		if part.Note != "" {
			doc.MultiCell(0, step, printable(part.Note), "", "L", false)
		}
	}
	var out bytes.Buffer
	if err := doc.Output(&out); err != nil {
		return nil, fmt.Errorf("write a receipt as PDF: %w", err)
	}
	return out.Bytes(), nil
}

// printable is text of a bank without what would steer a page; beyond the plane that fonts of one width
// cover a letter is shown as a box.
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
