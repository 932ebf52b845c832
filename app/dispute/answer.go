package dispute

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"coffer/app/ledger"
)

// ErrAnswer reports an answer that can't be one.
var ErrAnswer = errors.New("not an answer to that")

// FromCharge is the answer to "when was the statement sent" of who does not know: it is counted from the oldest
// charge, which is earlier, and so is safe.
const FromCharge = "charge"

// The names of the answers, as Set takes them.
const (
	KeyCountry    = "country"
	KeyInstrument = "instrument"
	KeyPack       = "pack"
	KeyLost       = "lost"
	KeyNewAccount = "new-account"
	KeyInShop     = "in-shop"
	KeyAbroad     = "abroad"
	KeyLearned    = "learned"
	KeyStatement  = "statement"
	KeyTold       = "told"
	KeyLetter     = "letter"
	KeyComplained = "complained"
	KeyFinal      = "final"
	KeyCycleDay   = "cycle-day"
	KeyReference  = "reference"
	KeyHolder     = "name"
	KeyBank       = "bank"
	KeyWords      = "words"
)

// Keys lists the names of the answers.
func Keys() []string {
	return []string{KeyCountry, KeyInstrument, KeyPack, KeyLost, KeyNewAccount, KeyInShop, KeyAbroad, KeyLearned, KeyStatement, KeyTold,
		KeyLetter, KeyComplained, KeyFinal, KeyCycleDay, KeyReference, KeyHolder, KeyBank, KeyWords}
}

// How much of a text is kept, in bytes, and in how many lines.
const (
	mostReference = 200
	mostText      = 8000
	mostLines     = 60
)

// Set returns a with one answer set; an empty text takes it back. debited is the day of the oldest charge. It wraps
// ErrAnswer for what can't be an answer to key.
func (a Answers) Set(key, text string, debited ledger.Date) (Answers, error) {
	text = strings.TrimSpace(text)
	var err error
	switch key {
	case KeyCountry:
		a.Country, err = country(text)
	case KeyInstrument:
		a.Instrument, err = oneOf(Instrument(text), Instruments())
	case KeyPack:
		a.Pack, err = oneOf(Pack(text), Packs())
	case KeyLost:
		a.Lost, err = yes(text)
		a.Kept = err == nil && text != "" && !a.Lost
	case KeyNewAccount:
		a.NewAccount, err = yes(text)
	case KeyInShop:
		a.InShop, err = yes(text)
	case KeyAbroad:
		a.Abroad, err = yes(text)
	case KeyCycleDay:
		a.CycleDay, err = dayOfMonth(text)
	case KeyReference:
		a.Reference, err = oneLine(text)
	case KeyHolder:
		a.Holder, err = lines(text)
	case KeyBank:
		a.Bank, err = lines(text)
	case KeyWords:
		a.Words, err = lines(text)
	case KeyStatement:
		if text == FromCharge {
			a.Statement = debited
			break
		}
		a.Statement, err = day(text)
	default:
		err = a.setDay(key, text)
	}
	if err != nil {
		return Answers{}, fmt.Errorf("%s %q: %w", key, clip(text), err)
	}
	return a, nil
}

func (a *Answers) setDay(key, text string) (err error) {
	into := map[string]*ledger.Date{
		KeyLearned: &a.Learned, KeyTold: &a.Told, KeyLetter: &a.Letter, KeyComplained: &a.Complained, KeyFinal: &a.Final,
	}[key]
	if into == nil {
		return ErrAnswer
	}
	*into, err = day(text)
	return err
}

// nextStatement is how many days ahead at most the statement is sent that first shows a charge.
const nextStatement = 31

// Newest returns the newest day of something that the person says has happened; zero if there is none. A statement may be the next one.
func (a Answers) Newest() ledger.Date {
	return max(0, a.Learned, a.Statement.AddDays(-nextStatement), a.Told, a.Letter, a.Complained, a.Final)
}

func country(text string) (string, error) {
	text = strings.ToUpper(text)
	if text == "" {
		return "", nil
	}
	if len(text) != 2 || strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "", ErrAnswer
	}
	if text == "UK" {
		return "GB", nil
	}
	return text, nil
}

func oneOf[T ~string](v T, all []T) (T, error) {
	if v != "" && !slices.Contains(all, v) {
		return "", ErrAnswer
	}
	return v, nil
}

func yes(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "yes":
		return true, nil
	case "no", "":
		return false, nil
	}
	return false, ErrAnswer
}

// day reads a date between 1990 and 2099; 1970-01-01 means here that none is known.
func day(text string) (ledger.Date, error) {
	if text == "" {
		return 0, nil
	}
	d, err := ledger.ParseDate(text)
	if err != nil || d < ledger.Day(1990, 1, 1) || d > ledger.Day(2099, 12, 31) {
		return 0, ErrAnswer
	}
	return d, nil
}

func dayOfMonth(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 31 {
		return 0, ErrAnswer
	}
	return n, nil
}

func oneLine(text string) (string, error) {
	if len(text) > mostReference || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return "", ErrAnswer
	}
	return text, nil
}

func lines(text string) ([]string, error) {
	if text == "" {
		return nil, nil
	}
	all := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if len(text) > mostText || len(all) > mostLines || !utf8.ValidString(text) {
		return nil, ErrAnswer
	}
	for i, line := range all {
		if strings.ContainsFunc(line, unicode.IsControl) {
			return nil, ErrAnswer
		}
		all[i] = strings.TrimSpace(line)
	}
	return all, nil
}

// clip is as much of a text as an error names.
func clip(text string) string {
	if len(text) > 40 {
		return strings.ToValidUTF8(text[:40], "") + "…"
	}
	return text
}

// Phone is a bank's number as the person typed it from a card or a statement. Coffer has none of its own, and takes
// none from what a bank, a file or a message says.
func Phone(text string) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	digits := 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-().*# /", r):
			return "", fmt.Errorf("phone number: %w", ErrAnswer)
		}
	}
	if text != "" && digits < 3 || digits > 20 || len(text) > 40 {
		return "", fmt.Errorf("phone number: %w", ErrAnswer)
	}
	return text, nil
}
