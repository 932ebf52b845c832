// Package say puts everything a person reads into words: sentences, amounts, dates, faults.
// It knows no toolkit, so the window and the terminal share it.
package say

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Voice speaks one language. It may be used from any goroutine.
type Voice struct {
	localizer *i18n.Localizer
	numbers   numberStyle
	hiding    bool
}

// Hiding returns a voice that writes every amount as "•••", or shows them again. The rest of what
// it says stays.
func (v *Voice) Hiding(on bool) *Voice {
	quiet := *v
	quiet.hiding = on
	return &quiet
}

// New returns the voice that fits the asked languages best ("de-AT", "en_GB.UTF-8"), among
// English and the files lang/*.json of files. The English of each sentence stands beside the code.
func New(files fs.FS, asked ...string) (*Voice, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	names, err := fs.Glob(files, "lang/*.json")
	if err != nil {
		return nil, fmt.Errorf("list the languages: %w", err)
	}
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read language %s: %w", path.Base(name), err)
		}
		if _, err := bundle.ParseMessageFileBytes(raw, name); err != nil {
			return nil, fmt.Errorf("read language %s: %w", path.Base(name), err)
		}
	}
	tags := make([]string, 0, len(asked))
	for _, a := range asked {
		tag, _, _ := strings.Cut(a, ".")
		tags = append(tags, strings.ReplaceAll(tag, "_", "-"))
	}
	_, chosen := language.MatchStrings(language.NewMatcher(bundle.LanguageTags()), tags...)
	best := bundle.LanguageTags()[chosen]
	return &Voice{localizer: i18n.NewLocalizer(bundle, best.String()), numbers: styleOf(best)}, nil
}

// T returns the sentence of key, by default the English given. Values go in by name:
// T("banks.ends", "{{.Bank}} link ends", "Bank", name).
func (v *Voice) T(key, english string, pairs ...any) string {
	return v.localize(&i18n.LocalizeConfig{
		DefaultMessage: &i18n.Message{ID: key, Other: english}, TemplateData: values(pairs),
	}, english)
}

// N is T for a sentence with a count, as {{.N}}, in the plural form that the language wants.
func (v *Voice) N(key, one, other string, count int, pairs ...any) string {
	data := values(pairs)
	data["N"] = v.Count(count)
	return v.localize(&i18n.LocalizeConfig{
		DefaultMessage: &i18n.Message{ID: key, One: one, Other: other}, TemplateData: data, PluralCount: count,
	}, other)
}

func (v *Voice) localize(c *i18n.LocalizeConfig, otherwise string) string {
	text, err := v.localizer.Localize(c)
	if text == "" && err != nil {
		return otherwise // a broken template shows itself; a test walks them all
	}
	return text
}

func values(pairs []any) map[string]any {
	data := make(map[string]any, len(pairs)/2+1)
	for i := 0; i+1 < len(pairs); i += 2 {
		data[fmt.Sprint(pairs[i])] = pairs[i+1]
		if text, ok := pairs[i+1].(string); ok {
			data[fmt.Sprint(pairs[i])] = steady(text)
		}
	}
	return data
}

// steady is text that others wrote, such as the name of a host, without what would steer a terminal or turn the
// direction of what follows: a sign stands for each such letter. A mark stays: it does no more than a letter of its
// script would, and names in Hebrew and Arabic have them.
func steady(text string) string {
	return strings.Map(func(r rune) rune {
		mark := r == '\u200e' || r == '\u200f' || r == '\u061c'
		if unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) && !mark {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
